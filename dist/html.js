import{r as e}from"./text-room.js";import{d as t,i as n,p as r,r as i,s as a,t as o,u as s}from"./report-arrange.js";import{a as c,c as l,d as u,f as d,g as f,h as p,i as m,m as h,n as g,o as _,p as v,r as y,t as b,u as x,v as S,y as C}from"./report-room.js";import{t as w}from"./model-group-by.js";import{i as T,r as E,t as D}from"./report-text.js";import{t as O}from"./model-place.js";import{r as k}from"./model-report.js";import{t as ee}from"./report-trace.js";import{createHash as te}from"node:crypto";const ne={affected:`✗`,unknown:`?`,note:`·`,"not-affected":`✓`},re={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function A(e){return L(D(e))}function j(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>L(e.split(`	`).map(D).join(`	`))).join(`
`)}function M(e){return`<code>${e.split(/(?<=[/,:@])/).map(A).join(`<wbr>`)}</code>`}function N(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?M(e.slice(1,-1)):A(e)).join(``)}function ie(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${A(e)}">${A(e)}</a>`:A(e)}function P(e,t){return`<b class="s" role="img" aria-label="${A(t)}">${ne[e]}</b>`}function F(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function I(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function L(e){return e.replace(/[&<>"']/g,e=>re[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function ae(e,n){let r=n.map((e,n)=>{let{layer:r,images:i,containers:a}=e,o=a.filter(({worst:e})=>t(e)===`affected`).length,s=r===void 0?``:` <span class="soft">${M(z(r.diffId))}</span>`;return`<tr><th scope="row"><a href="#l${n}">${A(R(e))}</a>${s}</th><td class="n">${a.length}</td><td class="n">${i.size}</td><td class="n${o>0?` affected`:``}">${o}</td></tr>`});return r.length===0?``:F(`layers`,`Layers that bring the musl that is used`,`${I(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],r)}\n<div class="pages">${n.map((t,n)=>oe(e,t,n)).join(`
`)}</div>`)}function R({layer:e,distributions:t}){let n=d([...t],3);return e===void 0?n===``?`layer not known`:`${n}, layer not known`:n===``?z(e.diffId):n}function oe(e,n,r){let{layer:i,images:a,containers:s}=n,c=i===void 0?``:`<p>${M(i.diffId)}</p>`,l=[i?.origin===`own`?`Added by the image's own build.`:``,i?.origin===`base`?`It came with the base image.`:``].filter(Boolean),u=i?.createdBy===void 0?``:`<p>Made by ${M(i.createdBy.slice(0,500))}</p>`,d=o.flatMap(e=>{let n=s.filter(({worst:n})=>t(n)===e).length;return n===0?[]:[`<li class="${e}"><span class="says">${P(e,_[e])} ${n} ${_[e]}</span></li>`]}),f=[...w(s,e=>v([e]))],p=f.slice(0,30).map(([e,t])=>`<li>${M(e)}${se(t)}</li>`),m=f.length-p.length,h=m>0?`<li>and ${m} more: the table of containers has all of this layer</li>`:``;return`<article class="card" id="l${r}" aria-labelledby="lt${r}"><h3 id="lt${r}">${A(R(n))}</h3>
${c}${l.map(e=>`<p class="soft">${e}</p>`).join(``)}${u}
<ul class="plainlist">${d.join(``)}</ul>
<details${f.length<4?` open`:``}><summary>${s.length} ${s.length===1?`container`:`containers`} of ${a.size} ${a.size===1?`image`:`images`}</summary><ul>${p.join(``)}${h}</ul></details>
<p><a href="#containers">To the containers</a>${e.clusters.length>0?`, which the filter &quot;Layer&quot; narrows to these`:``}</p></article>`}function se(e){let t=[...new Set(e.map(e=>f([e])))].filter(e=>e!==``),n=t.slice(0,6).map(e=>`<bdi>${A(e)}</bdi>`),r=t.length-n.length;return n.length===0?``:`: ${n.join(`; `)}${r>0?` and ${r} more`:``}`}function z(e){return e.slice(0,19)}function ce(e){return`${le}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${ue}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const le=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
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
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,ue=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
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
})();`;function de(e,t,n){if(t.length===0)return``;let r=W(t.map(({container:e})=>e.workload.key.namespace)),i=W(t.flatMap(({container:e})=>e.every.map(V))),a=e.clusters.map((t,n)=>x(e,n)),s=H(n),c=a.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${M(e)}</th>`);return`<form hidden aria-label="Filter">
${e.targets===void 0?U(`cluster`,`Cluster`,`every cluster`,a):U(`cluster`,`Target`,`every target`,a)}
${U(`namespace`,`Namespace`,`every namespace`,r.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${U(`layer`,`Layer`,`every layer`,n.map(R),1)}
${U(`rule`,`Rule`,`every rule`,i)}
${U(`outcome`,`Outcome`,`every outcome`,o.map(e=>_[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${t.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${c.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${t.map(({container:t,page:n})=>fe(e,t,n,{spaces:r,rules:i,layers:s})).join(`
`)}
</tbody></table></div>`}function fe(e,n,r,{spaces:i,rules:a,layers:s}){let{workload:c,every:u}=n,{key:d,at:p}=c,m=v([n]),g=f([n]),y=`${d.kind}/${d.name}`,b=[y,g,m,p?.file??``,d.namespace,d.root].join(` `),x=e.clusters.flatMap((e,n)=>{let r=u.filter(e=>e.cluster===n);return o.flatMap((e,i)=>{let o=r.filter(n=>t(n)===e),s=W(o.map(V)).map(e=>a.indexOf(e));return o.length===0?[]:[`${n} ${i} ${s.join(`,`)}`]})}),S=e.clusters.map((e,r)=>{let i=n.on.get(r);if(i===void 0)return`<td role="cell" data-c="${r}"></td>`;let a=A(l(n,r)),o=t(i);return`<td role="cell" data-c="${r}" class="${o}">${P(o,_[o])} ${a}</td>`}),C=d.namespace===``?``:` <span class="soft">in ${A(d.namespace)}</span>`,w=g===``?m:g,T=g===``?``:M(m);return`<tr role="row" data-t="${A(y.toLowerCase())}&#10;${A(b.toLowerCase())}" data-n="${i.indexOf(d.namespace)}" data-l="${s.get(n)??``}" data-v="${x.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${r}"><bdi>${A(w)}</bdi></a>${T}${C}</th>${S.join(``)}<td role="cell">${A(h(e,[n]))}</td></tr>`}function V({verdict:e}){return e.ruleId}function H(e){return new Map(e.flatMap((e,t)=>e.containers.map(e=>[e,t])))}function U(e,t,n,r,i=2){return r.length<i?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${A(e)}</option>`).join(``)}</select></div>`}function W(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function pe(e){let t=[...w(e,me).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function me({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,waived:r})=>[e,G(t),n,r]);return JSON.stringify([e.image,t,r])}function G({ruleId:e,outcome:t,level:n,names:r,onDenial:i,except:a,because:o,evidence:s,remedies:c}){return JSON.stringify([e,t,n,r,i,a,o,s,c.map(({title:e})=>e)])}function he(e,n,r,i){let[a,...o]=n,{worst:s,image:c}=a,l=c===void 0?void 0:e.images[c],u=(l?.process.chain??[]).map(({text:e})=>`<li>${M(e)}</li>`).join(``),d=w(a.every,e=>JSON.stringify([G(e.verdict),e.status,e.waived])),f=n.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${A(e)}</bdi>${t===void 0?``:` at ${M(O(t))}`}</li>`),p=n.length-f.length,m=`<details${o.length<3?` open`:``}><summary>${n.length} ${n.length===1?`container`:`containers`}</summary><ul>${f.join(``)}${p>0?`<li>and ${p} more: the table has all</li>`:``}</ul></details>`,g=a.every.filter(k).flatMap(({verdict:e})=>e.remedies),_=[...new Set(g.map(({title:e})=>e))].map(e=>`<li><a href="#mend">${N(e)}</a></li>`);return`<article class="card ${t(s)}" id="p${r}" aria-labelledby="t${r}"><h3 id="t${r}">${M(v([a]))}</h3>
<p class="soft">${A(h(e,[a]))}</p>
${l===void 0?``:`<p>${N(E(l.process.reason))}</p>`}
${u===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${u}</ol>`}
${i===void 0?``:`<p class="soft"><a href="#l${i}">The layer that its musl comes from</a></p>`}
${[...d.values()].map(t=>K(e,t,n,r<100)).join(`
`)}
${_.length===0?``:`<p>What to do:</p><ul>${_.join(``)}</ul>`}
${m}<p><a href="#containers">Back to the containers</a></p></article>`}function K(e,n,r,i){let[a]=n,{verdict:o,waived:s,status:c,workload:u,image:d}=a,{outcome:f,summary:p,level:m,evidence:h,at:g,ruleId:v}=o,y=t(a),b=n.map(({cluster:t})=>M(e.clusters[t]?.name??``)).join(`, `),x=r.map(e=>l(e,a.cluster)).find(Boolean),S=[_[y],...y===`affected`&&m!==`error`?[m]:[],...s===void 0?[]:[`waived until ${s.expires}: ${s.reason}`],...c===void 0||f===`not-affected`?[]:[c===`new`?`new`:`as before`]],C=d===void 0?void 0:e.images[d]?.reference,w=h.filter(({source:e})=>e!==C).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${N(e)} (${ie(n)})</li>`),D=i?ee(e,a):void 0,k=D===void 0?``:`<details><summary>One lookup, step by step</summary><pre tabindex="0">${j(D)}</pre></details>`;return`<div class="${y}"><p><span class="says">${P(y,_[y])} ${A(S.join(`, `))}</span> on ${b}${x===void 0?``:`: ${A(x)}`} <span class="soft">(${M(v)})</span></p>
<p>${N(E(u?.role===`image`?p:T(p)))}${g===void 0?``:` At ${M(O(g))}.`}${r.length<2?``:` The same holds for ${r.length-1} more ${r.length===2?`container`:`containers`}.`}</p>
${w.length===0?``:`<ul class="soft">${w.join(``)}</ul>`}${k}</div>`}function ge(e,t){let n=/* @__PURE__ */ new Map;for(let r of t){let t=r.image===void 0?void 0:e.images[r.image];if(r.image===void 0||t?.process.musl===void 0)continue;let i=_e(t),a=i?.diffId??``,o=n.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};n.set(a,o);let{name:s,version:c=``}=t.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(r.image),o.containers.push(r)}return[...n.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function _e({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function ve(e,t){let n=i(e),r=pe(n),a=ge(e,n),o=ce(Math.max(e.clusters.length,1)),s=u(e),l=S(e,!0),{standing:d,text:f}=b(e)??Se(e,n,s,l);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${q(o)}'`,`script-src '${q(B)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${A(f)} · muslgate</title>
<style>${o}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${d}">${P(d,_[d])} ${A(f)}</h1>
<p>${A(Ce(e,n,t))}</p>
<p class="soft">${s.map(e=>A(e.text)).join(` · `)}</p>
${we(n)}
</header>
<main>
${[Te(e),Ee(e,n),De(e),Oe(e),F(`containers`,`Containers on clusters`,de(e,r.rows,a)),ae(e,a),Q(`unknown`,`Why it is not known`,C(e)),$(`waived`,`Waived`,p(e)),$(`gone`,m(e),e.fixed??[]),...c(e).map(({title:e,lines:t},n)=>$(`side-${n}`,e,t)),Q(`notes`,`Worth knowing`,l),ke(e,r.pages,a)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${B}<\/script>
</body>
</html>
`}function q(e){return`sha256-${te(`sha256`).update(e).digest(`base64`)}`}function J(e){let{names:n,except:r}=e.verdict;return t(e)!==`affected`||e.waived!==void 0||n===void 0||r!==void 0?!1:Object.values(n).every(e=>e.startsWith(`fails`))}function ye(e){return t(e)===`affected`&&e.waived===void 0&&!J(e)}function be({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const Y=[{title:`resolve no names`,standing:`affected`,is:J},{title:`affected otherwise`,standing:`affected`,is:ye},{title:`not known`,standing:`unknown`,is:be},{title:`at level note`,standing:`note`,is:e=>a(e)&&e.waived===void 0},{title:`waived`,standing:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,standing:`not-affected`,is:()=>!0}];function xe(e){return Y.findIndex(({is:t})=>e.some(t))}function X(e){let t=Y.map(()=>0);for(let n of e){let e=xe(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function Se(e,t,r,i){let[a=0,s=0,c=0,l=0,u=0]=X(t.map(({every:e})=>e)),d=e=>`${e} of ${t.length} ${t.length===1?`container`:`containers`}`,f=n(e),p=i.filter(({gap:e})=>e).length;if(a>0)return{standing:`affected`,text:`${d(a)} ${a===1?`resolves`:`resolve`} no names`};if(s>0)return{standing:`affected`,text:`${d(s)} ${s===1?`does`:`do`} not resolve all names as ${s===1?`it`:`they`} should`};if(f.clusters>0)return{standing:`affected`,text:f.clusters===1?`A cluster's DNS has a fault`:`${f.clusters} faults of clusters' DNS were found`};if(c>0)return{standing:`unknown`,text:`It is not known whether ${d(c)} ${c===1?`resolves`:`resolve`} names`};if(f[`clusters-unknown`]>0)return{standing:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{standing:`unknown`,text:`Nothing was judged`};if(p>0)return{standing:`unknown`,text:`Nothing was found, but ${p===1?`something`:`${p} things`} could not be known`};if(o.find(e=>r.some(({standing:t})=>t===e))===`unknown`)return{standing:`unknown`,text:`Not one image could be read`};if(u>0)return{standing:`unknown`,text:`${d(u)} ${u===1?`is`:`are`} waived, and no other is affected`};if(l>0)return{standing:`note`,text:`${d(l)} ${l===1?`has`:`have`} a note, and no other is affected`};let m=t.length===1?`The container is not affected`:`None of ${t.length} containers is affected`;return{standing:`not-affected`,text:t.length===0?`No fault of a cluster's DNS was found`:m}}function Ce(e,n,r){if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let i=e=>n.filter(({worst:n})=>t(n)===`affected`&&n.waived===void 0&&(n.status===`existing`?`existing`:`new`)===e).length;if(e.targets!==void 0)return`Compared with now: ${i(`new`)} affected at a target and not now, ${i(`existing`)} now already, ${e.fixed.length} ${e.fixed.length===1?`finding`:`findings`} gone at one.`;let a=r===void 0?`the earlier state`:r,o=i(`new`),s=i(`existing`),c=e.fixed.length;return`Since ${a}: ${o} affected ${o===1?`container is`:`containers are`} new, ${s} ${s===1?`was`:`were`} so before, ${c} ${c===1?`finding is`:`findings are`} gone.`}function we(e){let t=X(e.map(({every:e})=>e)),n=Y.flatMap(({title:e,standing:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function Te(e){let t=g(e).map(e=>`<li>${A(e)}</li>`);return F(`targets`,A(y(e)),t.length===0?``:`<ol class="card">${t.join(`
`)}</ol>`)}function Ee(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>X(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...Y.keys()].filter(e=>![`waived`,`at level note`].includes(Y[e]?.title??``)||n.some(t=>(t[e]??0)>0)),i=e.clusters.map((t,i)=>{let a=r.map(e=>[n[i]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${Y[t]?.standing}`}">${e}</td>`);return`<tr><th scope="row">${M(x(e,i))}</th>${a.join(``)}</tr>`});return F(`where`,`Where`,I(`Containers by cluster`,[e.targets===void 0?`Cluster`:`Target`,...r.map(e=>Y[e]?.title??``)],i))}function De(e){return F(`faults`,`The clusters' own DNS`,s(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map((n,r)=>`<article class="card ${t(n)}">${K(e,[n],[],r<20)}</article>`).join(`
`))}function Oe(t){let{patches:n,remedies:i}=r(t),a=n.map(({file:t,because:n,diff:r})=>`<article class="card"><h3>Change ${M(t)}</h3><p>${N(E(n))}</p>${Z(e(r,2))}</article>`),o=i.map(({title:e,cost:t,snippet:n})=>{let r=n===void 0?``:Z(n.text);return`<article class="card"><h3>${N(e)}</h3><p class="soft">${N(t)}</p>${r}</article>`}),s=a.length>0?a:o.slice(0,1),c=a.length>0?o:o.slice(1),l=c.length===0?``:`<details><summary>What else could be done (${c.length})</summary>${c.join(`
`)}</details>`;return F(`mend`,`What to do`,[...s,l].join(`
`).trim())}function Z(e){return`<pre tabindex="0">${j(e)}</pre>`}function Q(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(M).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${P(`unknown`,`not known`)} `:``}${N(e)} ${N(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return F(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t,n){let r=n.map(e=>`<li>${A(e)}</li>`).join(`
`);return F(e,A(t),r===``?``:`<ul class="card">${r}</ul>`)}function ke(e,t,n){let r=H(n);return F(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,n)=>he(e,t,n,r.get(t[0]))).join(`
`)}</div>`)}export{ve as renderHtml};