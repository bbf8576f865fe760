import{Cr as e,Dr as t,Er as n,Gi as r,Hi as i,Ii as a,Ki as o,Or as s,Ri as c,Sr as l,Ui as u,Yi as d,aa as f,ar as p,br as m,dr as h,gr as g,hr as _,ir as v,kr as y,la as b,mr as x,nr as S,or as C,qi as w,rr as T,sa as E,tr as D,vr as ee,wr as O,xr as te,zi as ne}from"./run-room.js";import{A as re,l as k,s as A,u as ie}from"./cli-room.js";import{t as ae}from"./report-trace.js";const oe={affected:`✗`,unknown:`?`,note:`·`,"not-affected":`✓`},se={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function j(e){return R(A(e))}function M(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>R(e.split(`	`).map(A).join(`	`))).join(`
`)}function N(e){return`<code>${e.split(/(?<=[/,:@])/).map(j).join(`<wbr>`)}</code>`}function P(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?N(e.slice(1,-1)):j(e)).join(``)}function ce(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${j(e)}">${j(e)}</a>`:j(e)}function F(e,t){return`<b class="s" role="img" aria-label="${j(t)}">${oe[e]}</b>`}function I(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function L(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function R(e){return e.replace(/[&<>"']/g,e=>se[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function le(e,t){let n=t.map((e,t)=>{let{layer:n,images:r,containers:i}=e,a=i.filter(e=>w(e)===`affected`).length,o=n===void 0?``:` <span class="soft">${N(B(n.diffId))}</span>`;return`<tr><th scope="row"><a href="#l${t}">${j(z(e))}</a>${o}</th><td class="n">${i.length}</td><td class="n">${r.size}</td><td class="n${a>0?` affected`:``}">${a}</td></tr>`});return n.length===0?``:I(`layers`,`Layers that bring the musl that is used`,`${L(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],n)}\n<div class="pages">${t.map((t,n)=>ue(e,t,n)).join(`
`)}</div>`)}function z({layer:t,distributions:n}){let r=e([...n],3);return t===void 0?r===``?`layer not known`:`${r}, layer not known`:r===``?B(t.diffId):r}function ue(e,t,n){let{layer:r,images:i,containers:o}=t,s=r===void 0?``:`<p>${N(r.diffId)}</p>`,c=[r?.origin===`own`?`Added by the image's own build.`:``,r?.origin===`base`?`It came with the base image.`:``].filter(Boolean),l=r?.createdBy===void 0?``:`<p>Made by ${N(r.createdBy.slice(0,500))}</p>`,u=a.flatMap(e=>{let t=o.filter(t=>w(t)===e).length;return t===0?[]:[`<li class="${e}"><span class="says">${F(e,g[e])} ${t} ${g[e]}</span></li>`]}),d=[...E(o,e=>O([e]))],f=d.slice(0,30).map(([e,t])=>`<li>${N(e)}${de(t)}</li>`),p=d.length-f.length,m=p>0?`<li>and ${p} more: the table of containers has all of this layer</li>`:``;return`<article class="card" id="l${n}" aria-labelledby="lt${n}"><h3 id="lt${n}">${j(z(t))}</h3>
${s}${c.map(e=>`<p class="soft">${e}</p>`).join(``)}${l}
<ul class="plainlist">${u.join(``)}</ul>
<details${d.length<4?` open`:``}><summary>${o.length} ${o.length===1?`container`:`containers`} of ${i.size} ${i.size===1?`image`:`images`}</summary><ul>${f.join(``)}${m}</ul></details>
<p><a href="#containers">To the containers</a>${e.clusters.length>0?`, which the filter &quot;Layer&quot; narrows to these`:``}</p></article>`}function de(e){let t=[...new Set(e.map(e=>y([e])))].filter(e=>e!==``),n=t.slice(0,6).map(e=>`<bdi>${j(e)}</bdi>`),r=t.length-n.length;return n.length===0?``:`: ${n.join(`; `)}${r>0?` and ${r} more`:``}`}function B(e){return e.slice(0,19)}function fe(e){return`${pe}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${me}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const pe=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
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
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,me=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
body{font-size:10pt}form,.skip{display:none!important}.box,.plain{max-height:none;overflow:visible;border:0}.m thead{position:static}.m,.m.one{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}.m tbody tr,.card,.tiles li{break-inside:avoid}h2{break-after:avoid}}`,V=`"use strict";(()=>{
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
})();`;function he(e,t,n,r){if(t.length===0)return``;let i=W(t.map(({container:e})=>e.workload.key.namespace)),o=W(t.flatMap(({container:e})=>e.every.map(H))),s=e.clusters.map((t,n)=>m(e,n)),c=s.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${N(e)}</th>`);return`<form hidden aria-label="Filter">
${e.targets===void 0?U(`cluster`,`Cluster`,`every cluster`,s):U(`cluster`,`Target`,`every target`,s)}
${U(`namespace`,`Namespace`,`every namespace`,i.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${U(`layer`,`Layer`,`every layer`,n.map(z),1)}
${U(`rule`,`Rule`,`every rule`,o)}
${U(`outcome`,`Outcome`,`every outcome`,a.map(e=>g[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${t.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${c.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${t.map(({container:t,page:n})=>ge(e,t,n,{spaces:i,rules:o,layers:r})).join(`
`)}
</tbody></table></div>`}function ge(e,t,r,{spaces:i,rules:s,layers:c}){let{workload:l,every:u}=t,{key:d,at:f}=l,p=O([t]),m=y([t]),h=`${d.kind}/${d.name}`,_=[h,m,p,f?.file??``,d.namespace,d.root].join(` `),v=e.clusters.flatMap((e,t)=>{let n=u.filter(e=>e.cluster===t);return a.flatMap((e,r)=>{let i=n.filter(t=>o(t)===e),a=W(i.map(H)).map(e=>s.indexOf(e));return i.length===0?[]:[`${t} ${r} ${a.join(`,`)}`]})}),b=e.clusters.map((e,n)=>{let r=t.told.get(n);if(r===void 0)return`<td role="cell" data-c="${n}"></td>`;let i=j(ee(t,n)),a=o(r);return`<td role="cell" data-c="${n}" class="${a}">${F(a,g[a])} ${i}</td>`}),x=d.namespace===``?``:` <span class="soft">in ${j(d.namespace)}</span>`,S=m===``?p:m,C=m===``?``:N(p);return`<tr role="row" data-t="${j(h.toLowerCase())}&#10;${j(_.toLowerCase())}" data-n="${i.indexOf(d.namespace)}" data-l="${c.get(t)??``}" data-v="${v.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${r}"><bdi>${j(S)}</bdi></a>${C}${x}</th>${b.join(``)}<td role="cell">${j(n(e,[t]))}</td></tr>`}function H({verdict:e}){return e.ruleId}function _e(e){return new Map(e.flatMap((e,t)=>e.containers.map(e=>[e,t])))}function U(e,t,n,r,i=2){return r.length<i?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${j(e)}</option>`).join(``)}</select></div>`}function W(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function ve(e){let t=[...E(e,ye).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function ye({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,since:r,waived:i})=>[e,G(t),n,r,i]);return JSON.stringify([e.image,t,r])}function G({ruleId:e,outcome:t,level:n,names:r,onDenial:i,providedThat:a,except:o,because:s,evidence:c,remedies:l}){return JSON.stringify([e,t,n,r,i,a,o,s,c,l.map(({title:e})=>e)])}function be(e,t,r,i){let[a,...o]=t,{image:s}=a,c=s===void 0?void 0:e.images[s],l=(c?.process.chain??[]).map(({text:e})=>`<li>${N(e)}</li>`).join(``),u=E(a.every,e=>JSON.stringify([G(e.verdict),e.status,e.since,e.waived])),d=t.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${j(e)}</bdi>${t===void 0?``:` at ${N(f(t))}`}</li>`),p=t.length-d.length,m=`<details${o.length<3?` open`:``}><summary>${t.length} ${t.length===1?`container`:`containers`}</summary><ul>${d.join(``)}${p>0?`<li>and ${p} more: the table has all</li>`:``}</ul></details>`,h=a.every.filter(re).flatMap(({verdict:e})=>e.remedies),g=[...new Set(h.map(({title:e})=>e))].map(e=>`<li><a href="#mend">${P(e)}</a></li>`);return`<article class="card ${w(a)}" id="p${r}" aria-labelledby="t${r}"><h3 id="t${r}">${N(O([a]))}</h3>
<p class="soft">${j(n(e,[a]))}</p>
${c===void 0?``:`<p>${P(k(c.process.reason))}</p>`}
${l===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${l}</ol>`}
${i===void 0?``:`<p class="soft"><a href="#l${i}">The layer that its musl comes from</a></p>`}
${[...u.values()].map(n=>K(e,n,t,r<100)).join(`
`)}
${g.length===0?``:`<p>What to do:</p><ul>${g.join(``)}</ul>`}
${m}<p><a href="#containers">Back to the containers</a></p></article>`}function xe({since:e}){return e===void 0?`as before`:`as before, known since ${e}`}function K(e,n,r,i){let[a]=n,{verdict:s,waived:c,status:u,image:d,workload:p}=a,{outcome:m,level:h,evidence:_,at:v,ruleId:y}=s,b=o(a),x=n.map(({cluster:t})=>N(e.clusters[t]?.name??``)).join(`, `),S=p===void 0?``:l(a),C=[g[b],...b===`affected`&&h!==`error`?[h]:[],...c===void 0?[]:[`waived until ${c.expires}: ${c.reason}`],...u===void 0||m===`not-affected`?[]:[u===`new`?`new`:xe(a)]],w=d===void 0?void 0:e.images[d]?.reference,T=_.filter(({source:e})=>e!==w).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${P(e)} (${ce(n)})</li>`),E=i?ae(e,a):void 0,D=E===void 0?``:`<details><summary>One lookup, step by step</summary><pre tabindex="0">${M(E)}</pre></details>`;return`<div class="${b}"><p><span class="says">${F(b,g[b])} ${j(C.join(`, `))}</span> on ${x}${S===``?``:`: ${j(S)}`} <span class="soft">(${N(y)})</span></p>
<p>${P(k(t(e,a)))}${v===void 0?``:` At ${N(f(v))}.`}${r.length<2?``:` The same holds for ${r.length-1} more ${r.length===2?`container`:`containers`}.`}</p>
${T.length===0?``:`<ul class="soft">${T.join(``)}</ul>`}${D}</div>`}function Se(e,t){let n=/* @__PURE__ */ new Map;for(let r of t){let t=r.image===void 0?void 0:e.images[r.image];if(r.image===void 0||t?.process.musl===void 0)continue;let i=Ce(t),a=i?.diffId??``,o=n.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};n.set(a,o);let{name:s,version:c=``}=t.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(r.image),o.containers.push(r)}return[...n.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function Ce({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function we(e,t){let n=c(e),r=ve(n),i=Se(e,n),a=_e(i),o=fe(Math.max(e.clusters.length,1)),l=te(e),u=x(e,!0),{standing:d,text:f}=S(e)??Oe(e,n,l,u);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${q(o)}'`,`script-src '${q(V)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${j(f)} · muslgate</title>
<style>${o}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${d}">${F(d,g[d])} ${j(f)}</h1>
<p>${j(ke(e,n,t))}</p>
<p class="soft">${l.map(e=>j(e.text)).join(` · `)}</p>
${Ae(n)}
</header>
<main>
${[je(e),Me(e,n),Ne(e),Pe(e),I(`containers`,`Containers on clusters`,he(e,r.rows,i,a)),le(e,i),Fe(`unknown`,`Why it is not known`,_(e)),$(`waived`,`Waived`,s(e)),$(`gone`,p(e),e.fixed??[]),...C(e).map(({title:e,lines:t},n)=>$(`side-${n}`,e,t)),Fe(`notes`,`Worth knowing`,u),Ie(e,r.pages,a)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${V}<\/script>
</body>
</html>
`}function q(e){return`sha256-${b(`sha256`).update(e).digest(`base64`)}`}function J(e){let{names:t,except:n}=e.verdict;return o(e)!==`affected`||e.waived!==void 0||t===void 0||n!==void 0?!1:Object.values(t).every(e=>e.startsWith(`fails`))}function Te(e){return o(e)===`affected`&&e.waived===void 0&&!J(e)}function Ee({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const Y=[{title:`resolve no names`,standing:`affected`,is:J},{title:`affected otherwise`,standing:`affected`,is:Te},{title:`not known`,standing:`unknown`,is:Ee},{title:`at level note`,standing:`note`,is:e=>u(e)&&e.waived===void 0},{title:`waived`,standing:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,standing:`not-affected`,is:()=>!0}];function De(e){return Y.findIndex(({is:t})=>e.some(t))}function X(e){let t=Y.map(()=>0);for(let n of e){let e=De(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function Oe(e,t,n,r){let[i=0,o=0,s=0,c=0,l=0]=X(t.map(({every:e})=>e)),u=e=>`${e} of ${t.length} ${t.length===1?`container`:`containers`}`,d=ne(e),f=r.filter(({gap:e})=>e).length;if(i>0)return{standing:`affected`,text:`${u(i)} ${i===1?`resolves`:`resolve`} no names`};if(o>0)return{standing:`affected`,text:`${u(o)} ${o===1?`does`:`do`} not resolve all names as ${o===1?`it`:`they`} should`};if(d.clusters>0)return{standing:`affected`,text:d.clusters===1?`A cluster's DNS has a fault`:`${d.clusters} faults of clusters' DNS were found`};if(s>0)return{standing:`unknown`,text:`It is not known whether ${u(s)} ${s===1?`resolves`:`resolve`} names`};if(d[`clusters-unknown`]>0)return{standing:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{standing:`unknown`,text:`Nothing was judged`};if(f>0)return{standing:`unknown`,text:`Nothing was found, but ${f===1?`something`:`${f} things`} could not be known`};if(a.find(e=>n.some(({standing:t})=>t===e))===`unknown`)return{standing:`unknown`,text:`Not one image could be read`};if(l>0)return{standing:`unknown`,text:`${u(l)} ${l===1?`is`:`are`} waived, and no other is affected`};if(c>0)return{standing:`note`,text:`${u(c)} ${c===1?`has`:`have`} a note, and no other is affected`};let p=t.length===1?`The container is not affected`:`None of ${t.length} containers is affected`;return{standing:`not-affected`,text:t.length===0?`No fault of a cluster's DNS was found`:p}}function Z(e,t){let n=e.status===`existing`?`existing`:`new`;return o(e)===`affected`&&e.waived===void 0&&n===t}function ke(e,t,n){if(e.targets!==void 0){let{breaks:t,before:n}=D(e);return`Compared with now: ${t} affected at a target and not now, ${n} now already, ${i(e).healed} healed at one.`}if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let r=e=>t.filter(({worst:t})=>Z(t,e)).length,a=e.comparedWith===void 0?``:` of ${e.comparedWith}`,o=`${n??`the earlier state`}${a}`,s=r(`new`),c=r(`existing`),l=i(e).fixed,[u]=t.flatMap(({worst:e})=>Z(e,`existing`)?e.since??[]:[]).toSorted(),d=u===void 0?``:` (the first known since ${u})`;return`Since ${o}: ${s} affected ${s===1?`container is`:`containers are`} new, ${c} ${c===1?`was`:`were`} so before${d}, ${l} ${l===1?`finding is`:`findings are`} gone.`}function Ae(e){let t=X(e.map(({every:e})=>e)),n=Y.flatMap(({title:e,standing:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function je(e){let t=T(e).map(e=>`<li>${j(e)}</li>`);return I(`targets`,j(v(e)),t.length===0?``:`<ol class="card">${t.join(`
`)}</ol>`)}function Me(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>X(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...Y.keys()].filter(e=>![`waived`,`at level note`].includes(Y[e]?.title??``)||n.some(t=>(t[e]??0)>0)),i=e.clusters.map((t,i)=>{let a=r.map(e=>[n[i]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${Y[t]?.standing}`}">${e}</td>`);return`<tr><th scope="row">${N(m(e,i))}</th>${a.join(``)}</tr>`});return I(`where`,`Where`,L(`Containers by cluster`,[e.targets===void 0?`Cluster`:`Target`,...r.map(e=>Y[e]?.title??``)],i))}function Ne(e){return I(`faults`,`The clusters' own DNS`,r(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map((t,n)=>`<article class="card ${o(t)}">${K(e,[t],[],n<20)}</article>`).join(`
`))}function Pe(e){let{patches:t,remedies:n}=d(e),r=t.map(({file:e,because:t,diff:n})=>`<article class="card"><h3>Change ${N(e)}</h3><p>${P(ie(k(t)))}</p>${Q(h(n,2))}</article>`),i=n.map(({title:e,cost:t,snippet:n})=>{let r=n===void 0?``:Q(n.text);return`<article class="card"><h3>${P(e)}</h3><p class="soft">${P(t)}</p>${r}</article>`}),a=r.length>0?r:i.slice(0,1),o=r.length>0?i:i.slice(1),s=o.length===0?``:`<details><summary>What else could be done (${o.length})</summary>${o.join(`
`)}</details>`;return I(`mend`,`What to do`,[...a,s].join(`
`).trim())}function Q(e){return`<pre tabindex="0">${M(e)}</pre>`}function Fe(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(N).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${F(`unknown`,`not known`)} `:``}${P(e)} ${P(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return I(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t,n){let r=n.map(e=>`<li>${j(e)}</li>`).join(`
`);return I(e,j(t),r===``?``:`<ul class="card">${r}</ul>`)}function Ie(e,t,n){return I(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,r)=>be(e,t,r,n.get(t[0]))).join(`
`)}</div>`)}export{we as renderHtml};