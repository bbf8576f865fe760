import{W as e}from"./image-room.js";import{Ei as t,Jn as n,Oi as r,Qn as i,Si as a,Ti as o,Ui as s,Vi as c,Xn as l,Yn as u,Zn as d,_r as f,ar as p,dr as m,fr as h,gr as g,hr as _,ji as v,ki as y,lr as b,mr as x,nr as S,or as C,pr as w,sr as T,vr as E,xi as ee,yi as D}from"./run-room.js";import{k as te,l as O,s as k,u as ne}from"./cli-room.js";import{t as re}from"./report-trace.js";const ie={affected:`✗`,unknown:`?`,note:`·`,"not-affected":`✓`},ae={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function A(e){return L(k(e))}function j(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>L(e.split(`	`).map(k).join(`	`))).join(`
`)}function M(e){return`<code>${e.split(/(?<=[/,:@])/).map(A).join(`<wbr>`)}</code>`}function N(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?M(e.slice(1,-1)):A(e)).join(``)}function oe(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${A(e)}">${A(e)}</a>`:A(e)}function P(e,t){return`<b class="s" role="img" aria-label="${A(t)}">${ie[e]}</b>`}function F(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function I(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function L(e){return e.replace(/[&<>"']/g,e=>ae[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function se(e,t){let n=t.map((e,t)=>{let{layer:n,images:r,containers:i}=e,a=i.filter(({worst:e})=>y(e)===`affected`).length,o=n===void 0?``:` <span class="soft">${M(z(n.diffId))}</span>`;return`<tr><th scope="row"><a href="#l${t}">${A(R(e))}</a>${o}</th><td class="n">${i.length}</td><td class="n">${r.size}</td><td class="n${a>0?` affected`:``}">${a}</td></tr>`});return n.length===0?``:F(`layers`,`Layers that bring the musl that is used`,`${I(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],n)}\n<div class="pages">${t.map((t,n)=>ce(e,t,n)).join(`
`)}</div>`)}function R({layer:e,distributions:t}){let n=w([...t],3);return e===void 0?n===``?`layer not known`:`${n}, layer not known`:n===``?z(e.diffId):n}function ce(e,t,n){let{layer:r,images:i,containers:a}=t,o=r===void 0?``:`<p>${M(r.diffId)}</p>`,c=[r?.origin===`own`?`Added by the image's own build.`:``,r?.origin===`base`?`It came with the base image.`:``].filter(Boolean),l=r?.createdBy===void 0?``:`<p>Made by ${M(r.createdBy.slice(0,500))}</p>`,u=D.flatMap(e=>{let t=a.filter(({worst:t})=>y(t)===e).length;return t===0?[]:[`<li class="${e}"><span class="says">${P(e,T[e])} ${t} ${T[e]}</span></li>`]}),d=[...s(a,e=>x([e]))],f=d.slice(0,30).map(([e,t])=>`<li>${M(e)}${le(t)}</li>`),p=d.length-f.length,m=p>0?`<li>and ${p} more: the table of containers has all of this layer</li>`:``;return`<article class="card" id="l${n}" aria-labelledby="lt${n}"><h3 id="lt${n}">${A(R(t))}</h3>
${o}${c.map(e=>`<p class="soft">${e}</p>`).join(``)}${l}
<ul class="plainlist">${u.join(``)}</ul>
<details${d.length<4?` open`:``}><summary>${a.length} ${a.length===1?`container`:`containers`} of ${i.size} ${i.size===1?`image`:`images`}</summary><ul>${f.join(``)}${m}</ul></details>
<p><a href="#containers">To the containers</a>${e.clusters.length>0?`, which the filter &quot;Layer&quot; narrows to these`:``}</p></article>`}function le(e){let t=[...new Set(e.map(e=>E([e])))].filter(e=>e!==``),n=t.slice(0,6).map(e=>`<bdi>${A(e)}</bdi>`),r=t.length-n.length;return n.length===0?``:`: ${n.join(`; `)}${r>0?` and ${r} more`:``}`}function z(e){return e.slice(0,19)}function ue(e){return`${de}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${fe}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const de=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
--bad:#a8141e;--badbg:#fdeced;--odd:#7a4d00;--oddbg:#fff4dc;--ok:#12642f;--okbg:#e8f6ec}
@media(prefers-color-scheme:dark){:root{--bg:#11151b;--card:#191f27;--ink:#e7ebf0;--soft:#a3adba;--line:#323b47;--link:#84b6ff;--code:#232b36;
--bad:#ff9ea2;--badbg:#3b1b20;--odd:#ffcf70;--oddbg:#352a12;--ok:#84dca0;--okbg:#16301f}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,pre{font:.9em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Noto Sans Mono","DejaVu Sans Mono",monospace}
code{unicode-bidi:isolate;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:6px;padding:.75rem 1rem;overflow:auto;margin:.5rem 0;tab-size:4}
header,main,footer{max-width:84rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2rem}
h1{font-size:1.9rem;line-height:1.2;margin:.25rem 0 .5rem;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:0 0 .35rem}
p{margin:.35rem 0}
.by,.soft,footer{color:var(--soft)}
.by{font-weight:600;letter-spacing:.02em}
.s{display:inline-block;width:1.35em;text-align:center;font-weight:700}
.affected{--tone:var(--bad);--tint:var(--badbg)}.unknown{--tone:var(--odd);--tint:var(--oddbg)}.not-affected{--tone:var(--ok);--tint:var(--okbg)}.note{--tone:var(--link);--tint:var(--code)}
h1 .s{width:1.1em;text-align:left;color:var(--tone)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1.25rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--tint);color:var(--tone);border-radius:8px;padding:.7rem 1rem;border-left:4px solid var(--tone)}
.tiles strong{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:0 0 .75rem}
.card.affected,.card.unknown{border-left:4px solid var(--tone)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem}
table{border-collapse:collapse;width:100%}
.plain{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:auto}
.plain th,.plain td{padding:.5rem .9rem;text-align:left;border-top:1px solid var(--line);vertical-align:top}
.plain thead th{border-top:0;color:var(--soft);font-weight:600}
.plain tbody th{font-weight:400}
.n{font-variant-numeric:tabular-nums;white-space:nowrap}.plain .n{text-align:right}
td.n.affected,td.n.unknown,td.n.note,td.n.not-affected{color:var(--tone);font-weight:600}
form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:0 0 .75rem}
form[hidden]{display:none}
form div{display:grid;gap:.2rem}
label{font-size:.85rem;font-weight:600;color:var(--soft)}
select,input,button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:.4rem .6rem;max-width:12rem;min-height:2.4rem}
input{width:11rem}
button{cursor:pointer}
output{display:block;color:var(--soft);margin:0 0 .5rem;font-variant-numeric:tabular-nums}
.box{border:1px solid var(--line);border-radius:8px;background:var(--card);overflow:auto;max-height:85vh;scroll-padding-top:3.5rem}
.m,.m thead,.m tbody{display:block}
.m tr{display:grid}
.m tbody tr{content-visibility:auto;contain-intrinsic-size:auto 4.2rem;border-top:1px solid var(--line)}
.m tbody tr:hover,.m tbody tr:focus-within{background:var(--code)}
.m tr[hidden]{display:none}
.m thead{position:sticky;top:0;z-index:1;background:var(--card);border-bottom:2px solid var(--line);color:var(--soft)}
.m th,.m td{padding:.55rem .9rem;text-align:left;font-weight:400;min-width:0;overflow-wrap:anywhere}
.m thead th{font-weight:600}
.m tbody th code{color:var(--soft)}
.m .who{font-weight:600;display:block;width:fit-content}
.m td[data-c]{padding-left:2.2rem;text-indent:-1.4rem}
.m td .s{text-indent:0}
.m .affected,.m .unknown,.m .note,.m .not-affected{color:var(--tone)}
.m td.affected,.m td.unknown{background:var(--tint)}
.m .off{display:none}
.pages .card{content-visibility:auto;contain-intrinsic-size:auto 18rem}
.pages .card:target{outline:3px solid var(--link)}
.pages h3 code{font-size:1rem}
.card div+div{border-top:1px solid var(--line);margin-top:.75rem;padding-top:.5rem}
.says{color:var(--tone);font-weight:600}
summary{cursor:pointer;padding:.35rem 0;color:var(--link);width:fit-content}
details[open]>summary{margin-bottom:.35rem}
ol,ul{margin:.25rem 0;padding-left:1.4rem}
ol.card,ul.card{padding-left:2.6rem}
.plain+.pages{margin-top:.75rem}
.plainlist{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
.chain{display:flex;flex-wrap:wrap;gap:.3rem .5rem;list-style:none;padding:0}
.chain li+li:before{content:"→";content:"→"/"";margin-right:.5rem;color:var(--soft)}
footer{padding-top:2rem;padding-bottom:2rem}
@media(max-width:40rem){.m th,.m td{padding:.55rem .6rem}form div{flex:1 1 40%}select,input{width:100%;max-width:none}header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.5rem}}
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,fe=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
body{font-size:10pt}form,.skip{display:none!important}.box,.plain{max-height:none;overflow:visible;border:0}.m thead{position:static}.m,.m.one{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}.m tbody tr,.card,.tiles li{break-inside:avoid}h2{break-after:avoid}}`,B=`"use strict";(()=>{
const form=document.querySelector("form"),out=document.querySelector("output"),table=document.querySelector(".m");
if(!form||!table)return;
const rows=[...table.tBodies[0].rows].map(row=>({row,text:row.dataset.t,space:row.dataset.n,layer:row.dataset.l,
verdicts:row.dataset.v.split(";").filter(Boolean).map(one=>{const[c,o,r]=one.split(" ");return{c,o,r:r.split(",")}})}));
const value=name=>form.elements[name]?form.elements[name].value:"";
let shownColumn="";
const column=cluster=>{
if(cluster===shownColumn)return;
shownColumn=cluster;
table.classList.toggle("one",cluster!=="");
for(const row of table.rows)for(const cell of row.cells)
if(cell.dataset.c!==undefined)cell.classList.toggle("off",cluster!==""&&cell.dataset.c!==cluster);
};
const apply=()=>{
const words=value("text").toLowerCase().split(/\\s+/).filter(Boolean);
const cluster=value("cluster"),space=value("namespace"),layer=value("layer"),owner=value("owner").toLowerCase(),rule=value("rule"),outcome=value("outcome");
let count=0;
for(const{row,text,space:own,layer:its,verdicts}of rows){
const hit=(space===""||space===own)&&(layer===""||layer===its)&&text.slice(0,text.indexOf("\\n")).includes(owner)&&words.every(word=>text.includes(word))&&
(cluster===""&&rule===""&&outcome===""||verdicts.some(({c,o,r})=>(cluster===""||c===cluster)&&(outcome===""||o===outcome)&&(rule===""||r.includes(rule))));
if(row.hidden===hit)row.hidden=!hit;
if(hit)count++;
}
column(cluster);
out.textContent=count===rows.length?"All "+rows.length+" containers are shown.":count+" of "+rows.length+" containers are shown.";
};
form.addEventListener("input",apply);
form.addEventListener("submit",event=>event.preventDefault());
form.addEventListener("reset",()=>setTimeout(apply));
form.hidden=false;
apply();
})();`;function pe(e,t,n,r){if(t.length===0)return``;let i=U(t.map(({container:e})=>e.workload.key.namespace)),a=U(t.flatMap(({container:e})=>e.every.map(V))),o=e.clusters.map((t,n)=>m(e,n)),s=o.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${M(e)}</th>`);return`<form hidden aria-label="Filter">
${e.targets===void 0?H(`cluster`,`Cluster`,`every cluster`,o):H(`cluster`,`Target`,`every target`,o)}
${H(`namespace`,`Namespace`,`every namespace`,i.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${H(`layer`,`Layer`,`every layer`,n.map(R),1)}
${H(`rule`,`Rule`,`every rule`,a)}
${H(`outcome`,`Outcome`,`every outcome`,D.map(e=>T[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${t.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${s.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${t.map(({container:t,page:n})=>me(e,t,n,{spaces:i,rules:a,layers:r})).join(`
`)}
</tbody></table></div>`}function me(e,t,n,{spaces:r,rules:i,layers:a}){let{workload:o,every:s}=t,{key:c,at:l}=o,u=x([t]),d=E([t]),f=`${c.kind}/${c.name}`,p=[f,d,u,l?.file??``,c.namespace,c.root].join(` `),m=e.clusters.flatMap((e,t)=>{let n=s.filter(e=>e.cluster===t);return D.flatMap((e,r)=>{let a=n.filter(t=>y(t)===e),o=U(a.map(V)).map(e=>i.indexOf(e));return a.length===0?[]:[`${t} ${r} ${o.join(`,`)}`]})}),h=e.clusters.map((e,n)=>{let r=t.on.get(n);if(r===void 0)return`<td role="cell" data-c="${n}"></td>`;let i=A(b(t,n)),a=y(r);return`<td role="cell" data-c="${n}" class="${a}">${P(a,T[a])} ${i}</td>`}),g=c.namespace===``?``:` <span class="soft">in ${A(c.namespace)}</span>`,v=d===``?u:d,S=d===``?``:M(u);return`<tr role="row" data-t="${A(f.toLowerCase())}&#10;${A(p.toLowerCase())}" data-n="${r.indexOf(c.namespace)}" data-l="${a.get(t)??``}" data-v="${m.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${n}"><bdi>${A(v)}</bdi></a>${S}${g}</th>${h.join(``)}<td role="cell">${A(_(e,[t]))}</td></tr>`}function V({verdict:e}){return e.ruleId}function he(e){return new Map(e.flatMap((e,t)=>e.containers.map(e=>[e,t])))}function H(e,t,n,r,i=2){return r.length<i?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${A(e)}</option>`).join(``)}</select></div>`}function U(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function ge(e){let t=[...s(e,_e).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function _e({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,since:r,waived:i})=>[e,W(t),n,r,i]);return JSON.stringify([e.image,t,r])}function W({ruleId:e,outcome:t,level:n,names:r,onDenial:i,except:a,because:o,evidence:s,remedies:c}){return JSON.stringify([e,t,n,r,i,a,o,s,c.map(({title:e})=>e)])}function ve(e,t,n,r){let[i,...a]=t,{worst:o,image:l}=i,u=l===void 0?void 0:e.images[l],d=(u?.process.chain??[]).map(({text:e})=>`<li>${M(e)}</li>`).join(``),f=s(i.every,e=>JSON.stringify([W(e.verdict),e.status,e.since,e.waived])),p=t.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${A(e)}</bdi>${t===void 0?``:` at ${M(c(t))}`}</li>`),m=t.length-p.length,h=`<details${a.length<3?` open`:``}><summary>${t.length} ${t.length===1?`container`:`containers`}</summary><ul>${p.join(``)}${m>0?`<li>and ${m} more: the table has all</li>`:``}</ul></details>`,g=i.every.filter(te).flatMap(({verdict:e})=>e.remedies),v=[...new Set(g.map(({title:e})=>e))].map(e=>`<li><a href="#mend">${N(e)}</a></li>`);return`<article class="card ${y(o)}" id="p${n}" aria-labelledby="t${n}"><h3 id="t${n}">${M(x([i]))}</h3>
<p class="soft">${A(_(e,[i]))}</p>
${u===void 0?``:`<p>${N(O(u.process.reason))}</p>`}
${d===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${d}</ol>`}
${r===void 0?``:`<p class="soft"><a href="#l${r}">The layer that its musl comes from</a></p>`}
${[...f.values()].map(r=>G(e,r,t,n<100)).join(`
`)}
${v.length===0?``:`<p>What to do:</p><ul>${v.join(``)}</ul>`}
${h}<p><a href="#containers">Back to the containers</a></p></article>`}function ye({since:e}){return e===void 0?`as before`:`as before, known since ${e}`}function G(e,t,n,r){let[i]=t,{verdict:a,waived:o,status:s,image:l}=i,{outcome:u,level:d,evidence:f,at:p,ruleId:m}=a,h=y(i),_=t.map(({cluster:t})=>M(e.clusters[t]?.name??``)).join(`, `),v=n.map(e=>b(e,i.cluster)).find(Boolean),x=[T[h],...h===`affected`&&d!==`error`?[d]:[],...o===void 0?[]:[`waived until ${o.expires}: ${o.reason}`],...s===void 0||u===`not-affected`?[]:[s===`new`?`new`:ye(i)]],S=l===void 0?void 0:e.images[l]?.reference,C=f.filter(({source:e})=>e!==S).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${N(e)} (${oe(n)})</li>`),w=r?re(e,i):void 0,E=w===void 0?``:`<details><summary>One lookup, step by step</summary><pre tabindex="0">${j(w)}</pre></details>`;return`<div class="${h}"><p><span class="says">${P(h,T[h])} ${A(x.join(`, `))}</span> on ${_}${v===void 0?``:`: ${A(v)}`} <span class="soft">(${M(m)})</span></p>
<p>${N(O(g(e,i)))}${p===void 0?``:` At ${M(c(p))}.`}${n.length<2?``:` The same holds for ${n.length-1} more ${n.length===2?`container`:`containers`}.`}</p>
${C.length===0?``:`<ul class="soft">${C.join(``)}</ul>`}${E}</div>`}function be(e,t){let n=/* @__PURE__ */ new Map;for(let r of t){let t=r.image===void 0?void 0:e.images[r.image];if(r.image===void 0||t?.process.musl===void 0)continue;let i=xe(t),a=i?.diffId??``,o=n.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};n.set(a,o);let{name:s,version:c=``}=t.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(r.image),o.containers.push(r)}return[...n.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function xe({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function Se(e,t){let r=ee(e),a=ge(r),o=be(e,r),s=he(o),c=ue(Math.max(e.clusters.length,1)),l=h(e),u=p(e,!0),{standing:m,text:g}=n(e)??Ee(e,r,l,u);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${K(c)}'`,`script-src '${K(B)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${A(g)} · muslgate</title>
<style>${c}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${m}">${P(m,T[m])} ${A(g)}</h1>
<p>${A(De(e,r,t))}</p>
<p class="soft">${l.map(e=>A(e.text)).join(` · `)}</p>
${Oe(r)}
</header>
<main>
${[ke(e),Ae(e,r),je(e),Me(e),F(`containers`,`Containers on clusters`,pe(e,a.rows,o,s)),se(e,o),Q(`unknown`,`Why it is not known`,C(e)),$(`waived`,`Waived`,f(e)),$(`gone`,d(e),e.fixed??[]),...i(e).map(({title:e,lines:t},n)=>$(`side-${n}`,e,t)),Q(`notes`,`Worth knowing`,u),Ne(e,a.pages,s)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${B}<\/script>
</body>
</html>
`}function K(t){return`sha256-${e(`sha256`).update(t).digest(`base64`)}`}function q(e){let{names:t,except:n}=e.verdict;return y(e)!==`affected`||e.waived!==void 0||t===void 0||n!==void 0?!1:Object.values(t).every(e=>e.startsWith(`fails`))}function Ce(e){return y(e)===`affected`&&e.waived===void 0&&!q(e)}function we({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const J=[{title:`resolve no names`,standing:`affected`,is:q},{title:`affected otherwise`,standing:`affected`,is:Ce},{title:`not known`,standing:`unknown`,is:we},{title:`at level note`,standing:`note`,is:e=>t(e)&&e.waived===void 0},{title:`waived`,standing:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,standing:`not-affected`,is:()=>!0}];function Te(e){return J.findIndex(({is:t})=>e.some(t))}function Y(e){let t=J.map(()=>0);for(let n of e){let e=Te(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function Ee(e,t,n,r){let[i=0,o=0,s=0,c=0,l=0]=Y(t.map(({every:e})=>e)),u=e=>`${e} of ${t.length} ${t.length===1?`container`:`containers`}`,d=a(e),f=r.filter(({gap:e})=>e).length;if(i>0)return{standing:`affected`,text:`${u(i)} ${i===1?`resolves`:`resolve`} no names`};if(o>0)return{standing:`affected`,text:`${u(o)} ${o===1?`does`:`do`} not resolve all names as ${o===1?`it`:`they`} should`};if(d.clusters>0)return{standing:`affected`,text:d.clusters===1?`A cluster's DNS has a fault`:`${d.clusters} faults of clusters' DNS were found`};if(s>0)return{standing:`unknown`,text:`It is not known whether ${u(s)} ${s===1?`resolves`:`resolve`} names`};if(d[`clusters-unknown`]>0)return{standing:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{standing:`unknown`,text:`Nothing was judged`};if(f>0)return{standing:`unknown`,text:`Nothing was found, but ${f===1?`something`:`${f} things`} could not be known`};if(D.find(e=>n.some(({standing:t})=>t===e))===`unknown`)return{standing:`unknown`,text:`Not one image could be read`};if(l>0)return{standing:`unknown`,text:`${u(l)} ${l===1?`is`:`are`} waived, and no other is affected`};if(c>0)return{standing:`note`,text:`${u(c)} ${c===1?`has`:`have`} a note, and no other is affected`};let p=t.length===1?`The container is not affected`:`None of ${t.length} containers is affected`;return{standing:`not-affected`,text:t.length===0?`No fault of a cluster's DNS was found`:p}}function X(e,t){let n=e.status===`existing`?`existing`:`new`;return y(e)===`affected`&&e.waived===void 0&&n===t}function De(e,t,n){if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let r=e=>t.filter(({worst:t})=>X(t,e)).length;if(e.targets!==void 0)return`Compared with now: ${r(`new`)} affected at a target and not now, ${r(`existing`)} now already, ${o(e).healed} healed at one.`;let i=e.comparedWith===void 0?``:` of ${e.comparedWith}`,a=`${n??`the earlier state`}${i}`,s=r(`new`),c=r(`existing`),l=o(e).fixed,[u]=t.flatMap(({worst:e})=>X(e,`existing`)?e.since??[]:[]).toSorted(),d=u===void 0?``:` (the first known since ${u})`;return`Since ${a}: ${s} affected ${s===1?`container is`:`containers are`} new, ${c} ${c===1?`was`:`were`} so before${d}, ${l} ${l===1?`finding is`:`findings are`} gone.`}function Oe(e){let t=Y(e.map(({every:e})=>e)),n=J.flatMap(({title:e,standing:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function ke(e){let t=u(e).map(e=>`<li>${A(e)}</li>`);return F(`targets`,A(l(e)),t.length===0?``:`<ol class="card">${t.join(`
`)}</ol>`)}function Ae(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>Y(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...J.keys()].filter(e=>![`waived`,`at level note`].includes(J[e]?.title??``)||n.some(t=>(t[e]??0)>0)),i=e.clusters.map((t,i)=>{let a=r.map(e=>[n[i]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${J[t]?.standing}`}">${e}</td>`);return`<tr><th scope="row">${M(m(e,i))}</th>${a.join(``)}</tr>`});return F(`where`,`Where`,I(`Containers by cluster`,[e.targets===void 0?`Cluster`:`Target`,...r.map(e=>J[e]?.title??``)],i))}function je(e){return F(`faults`,`The clusters' own DNS`,r(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map((t,n)=>`<article class="card ${y(t)}">${G(e,[t],[],n<20)}</article>`).join(`
`))}function Me(e){let{patches:t,remedies:n}=v(e),r=t.map(({file:e,because:t,diff:n})=>`<article class="card"><h3>Change ${M(e)}</h3><p>${N(ne(O(t)))}</p>${Z(S(n,2))}</article>`),i=n.map(({title:e,cost:t,snippet:n})=>{let r=n===void 0?``:Z(n.text);return`<article class="card"><h3>${N(e)}</h3><p class="soft">${N(t)}</p>${r}</article>`}),a=r.length>0?r:i.slice(0,1),o=r.length>0?i:i.slice(1),s=o.length===0?``:`<details><summary>What else could be done (${o.length})</summary>${o.join(`
`)}</details>`;return F(`mend`,`What to do`,[...a,s].join(`
`).trim())}function Z(e){return`<pre tabindex="0">${j(e)}</pre>`}function Q(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(M).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${P(`unknown`,`not known`)} `:``}${N(e)} ${N(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return F(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t,n){let r=n.map(e=>`<li>${A(e)}</li>`).join(`
`);return F(e,A(t),r===``?``:`<ul class="card">${r}</ul>`)}function Ne(e,t,n){return F(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,r)=>ve(e,t,r,n.get(t[0]))).join(`
`)}</div>`)}export{Se as renderHtml};