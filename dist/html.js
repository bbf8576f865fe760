import{$i as e,Ao as t,Bi as n,Do as r,Gi as i,Hi as a,Ho as o,Io as s,Lo as c,No as l,Po as u,Ro as d,Ui as f,Vi as p,Vo as m,Wi as h,Xi as g,_a as _,aa as v,as as y,ca as b,da as x,ea as S,fa as ee,ga as C,ha as te,ko as ne,la as w,ma as T,oa as re,ra as ie,rs as E,sa as ae,ta as D,ts as O,ua as k}from"./run-room.js";import{M as oe,l as A,s as j,u as se}from"./cli-room.js";import{t as ce}from"./report-trace.js";const le={affected:`\u2717`,unknown:`?`,note:`\u00B7`,"not-affected":`\u2713`},ue={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function M(e){return z(j(e))}function N(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>z(e.split(`	`).map(j).join(`	`))).join(`
`)}function P(e){return`<code>${e.split(/(?<=[/,:@])/).map(M).join(`<wbr>`)}</code>`}function F(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?P(e.slice(1,-1)):M(e)).join(``)}function de(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${M(e)}">${M(e)}</a>`:M(e)}function I(e,t){return`<b class="s" role="img" aria-label="${M(t)}">${le[e]}</b>`}function L(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function R(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function z(e){return e.replace(/[&<>"']/g,e=>ue[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function fe(e,t){let n=t.map((e,t)=>{let{layer:n,images:r,containers:i}=e,a=i.filter(e=>d(e)===`affected`).length,o=n===void 0?``:` <span class="soft">${P(V(n.diffId))}</span>`;return`<tr><th scope="row"><a href="#l${t}">${M(B(e))}</a>${o}</th><td class="n">${i.length}</td><td class="n">${r.size}</td><td class="n${a>0?` affected`:``}">${a}</td></tr>`});return n.length===0?``:L(`layers`,`Layers that bring the musl that is used`,`${R(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],n)}\n<div class="pages">${t.map((t,n)=>pe(e,t,n)).join(`
`)}</div>`)}function B({layer:e,distributions:t}){let n=b([...t],3);return e===void 0?n===``?`layer not known`:`${n}, layer not known`:n===``?V(e.diffId):n}function pe(e,t,n){let{layer:i,images:a,containers:o}=t,s=i===void 0?``:`<p>${P(i.diffId)}</p>`,c=[i?.origin===`own`?`Added by the image's own build.`:``,i?.origin===`base`?`It came with the base image.`:``].filter(Boolean),l=i?.createdBy===void 0?``:`<p>Made by ${P(i.createdBy.slice(0,500))}</p>`,u=r.flatMap(e=>{let t=o.filter(t=>d(t)===e).length;return t===0?[]:[`<li class="${e}"><span class="says">${I(e,D[e])} ${t} ${D[e]}</span></li>`]}),f=[...E(o,e=>k([e]))],p=f.slice(0,30).map(([e,t])=>`<li>${P(e)}${me(t)}</li>`),m=f.length-p.length,h=m>0?`<li>and ${m} more: the table of containers has all of this layer</li>`:``;return`<article class="card" id="l${n}" aria-labelledby="lt${n}"><h3 id="lt${n}">${M(B(t))}</h3>
${s}${c.map(e=>`<p class="soft">${e}</p>`).join(``)}${l}
<ul class="plainlist">${u.join(``)}</ul>
<details${f.length<4?` open`:``}><summary>${o.length} ${o.length===1?`container`:`containers`} of ${a.size} ${a.size===1?`image`:`images`}</summary><ul>${p.join(``)}${h}</ul></details>
<p><a href="#containers">To the containers</a>${e.clusters.length>0?`, which the filter &quot;Layer&quot; narrows to these`:``}</p></article>`}function me(e){let t=[...new Set(e.map(e=>_([e])))].filter(e=>e!==``),n=t.slice(0,6).map(e=>`<bdi>${M(e)}</bdi>`),r=t.length-n.length;return n.length===0?``:`: ${n.join(`; `)}${r>0?` and ${r} more`:``}`}function V(e){return e.slice(0,19)}function he(e){return`${ge}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${_e}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const ge=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
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
.plain tbody th{font-weight:400;min-width:min(14rem,48vw)}
.plain thead .n{white-space:normal}
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
.chain li+li:before{content:"\u2192";content:"\u2192"/"";margin-right:.5rem;color:var(--soft)}
footer{padding-top:2rem;padding-bottom:2rem}
@media(max-width:40rem){.m th,.m td{padding:.55rem .6rem}form div{flex:1 1 40%}select,input{width:100%;max-width:none}header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.5rem}}
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,_e=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
body{font-size:10pt}form,.skip{display:none!important}.box,.plain{max-height:none;overflow:visible;border:0}.m thead{position:static}.m,.m.one{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}.m tbody tr,.card,.tiles li{break-inside:avoid}h2{break-after:avoid}}`,H=`"use strict";(()=>{
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
})();`;function ve(e,t,n,i){if(t.length===0)return``;let a=G(t.map(({container:e})=>e.workload.key.namespace)),o=G(t.flatMap(({container:e})=>e.every.map(U))),s=e.clusters.map((t,n)=>v(e,n)),c=s.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${P(e)}</th>`);return`<form hidden aria-label="Filter">
${e.targets===void 0?W(`cluster`,`Cluster`,`every cluster`,s):W(`cluster`,`Target`,`every target`,s)}
${W(`namespace`,`Namespace`,`every namespace`,a.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${W(`layer`,`Layer`,`every layer`,n.map(B),1)}
${W(`rule`,`Rule`,`every rule`,o)}
${W(`outcome`,`Outcome`,`every outcome`,r.map(e=>D[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${t.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${c.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${t.map(({container:t,page:n})=>ye(e,t,n,{spaces:a,rules:o,layers:i})).join(`
`)}
</tbody></table></div>`}function ye(e,t,n,{spaces:i,rules:a,layers:o}){let{workload:s,every:l}=t,{key:u,at:d}=s,f=k([t]),p=_([t]),m=`${u.kind}/${u.name}`,h=[m,p,f,d?.file??``,u.namespace,u.root].join(` `),g=e.clusters.flatMap((e,t)=>{let n=l.filter(e=>e.cluster===t);return r.flatMap((e,r)=>{let i=n.filter(t=>c(t)===e),o=G(i.map(U)).map(e=>a.indexOf(e));return i.length===0?[]:[`${t} ${r} ${o.join(`,`)}`]})}),v=e.clusters.map((e,n)=>{let r=t.told.get(n);if(r===void 0)return`<td role="cell" data-c="${n}"></td>`;let i=M(ie(t,n)),a=c(r);return`<td role="cell" data-c="${n}" class="${a}">${I(a,D[a])} ${i}</td>`}),y=u.namespace===``?``:` <span class="soft">in ${M(u.namespace)}</span>`,b=p===``?f:p,x=p===``?``:P(f);return`<tr role="row" data-t="${M(m.toLowerCase())}&#10;${M(h.toLowerCase())}" data-n="${i.indexOf(u.namespace)}" data-l="${o.get(t)??``}" data-v="${g.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${n}"><bdi>${M(b)}</bdi></a>${x}${y}</th>${v.join(``)}<td role="cell">${M(T(e,[t]))}</td></tr>`}function U({verdict:e}){return e.ruleId}function be(e){return new Map(e.flatMap((e,t)=>e.containers.map(e=>[e,t])))}function W(e,t,n,r,i=2){return r.length<i?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${M(e)}</option>`).join(``)}</select></div>`}function G(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function xe(e){let t=[...E(e,Se).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function Se({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,since:r,waived:i})=>[e,K(t),n,r,i]);return JSON.stringify([e.image,t,r])}function K({ruleId:e,outcome:t,level:n,names:r,onDenial:i,providedThat:a,except:o,because:s,evidence:c,remedies:l,confidence:u}){return JSON.stringify([e,t,n,r,i,a,o,s,c,l.map(({title:e})=>e),u])}function Ce(e,t,n,r){let[i,...a]=t,{image:s}=i,c=s===void 0?void 0:e.images[s],l=(c?.process.chain??[]).map(({text:e})=>`<li>${P(e)}</li>`).join(``),u=E(i.every,e=>JSON.stringify([K(e.verdict),e.status,e.since,e.waived])),f=t.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${M(e)}</bdi>${t===void 0?``:` at ${P(O(t))}`}</li>`),p=t.length-f.length,m=`<details${a.length<3?` open`:``}><summary>${t.length} ${t.length===1?`container`:`containers`}</summary><ul>${f.join(``)}${p>0?`<li>and ${p} more: the table has all</li>`:``}</ul></details>`,h=o(i.every.filter(oe)).map(({title:e,rules:t})=>`<li><a href="#mend">${F(e)}</a>${w(t,P)}</li>`);return`<article class="card ${d(i)}" id="p${n}" aria-labelledby="t${n}"><h3 id="t${n}">${P(k([i]))}</h3>
<p class="soft">${M(T(e,[i]))}</p>
${c===void 0?``:`<p>${F(A(c.process.reason))}</p>`}
${l===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${l}</ol>`}
${r===void 0?``:`<p class="soft"><a href="#l${r}">The layer that its musl comes from</a></p>`}
${[...u.values()].map(r=>q(e,r,t,n<100)).join(`
`)}
${h.length===0?``:`<p>What to do:</p><ul>${h.join(``)}</ul>`}
${m}<p><a href="#containers">Back to the containers</a></p></article>`}function we({since:e}){return e===void 0?`as before`:`as before, known since ${e}`}function q(e,t,n,r){let[i]=t,{verdict:a,waived:o,status:s,image:l,workload:u}=i,{outcome:d,level:f,evidence:p,at:m,ruleId:h}=a,g=c(i),_=t.map(({cluster:t})=>P(e.clusters[t]?.name??``)).join(`, `),v=u===void 0?``:ae(i),y=[D[g],...g===`affected`&&f!==`error`?[f]:[],...o===void 0?[]:[`waived until ${o.expires}: ${o.reason}`],...s===void 0||d===`not-affected`?[]:[s===`new`?`new`:we(i)]],b=l===void 0?void 0:e.images[l]?.reference,x=p.filter(({source:e})=>e!==b).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${F(e)} (${de(n)})</li>`),S=r?ce(e,i):void 0,C=S===void 0?``:`<details><summary>One lookup, step by step</summary><pre tabindex="0">${N(S)}</pre></details>`;return`<div class="${g}"><p><span class="says">${I(g,D[g])} ${M(y.join(`, `))}</span> on ${_}${v===``?``:`: ${M(v)}`} <span class="soft">(${ee(a,P(h))})</span></p>
<p>${F(A(te(e,i)))}${m===void 0?``:` At ${P(O(m))}.`}${n.length<2?``:` The same holds for ${n.length-1} more ${n.length===2?`container`:`containers`}.`}</p>
${x.length===0?``:`<ul class="soft">${x.join(``)}</ul>`}${C}</div>`}function Te(e,t){let n=/* @__PURE__ */ new Map;for(let r of t){let t=r.image===void 0?void 0:e.images[r.image];if(r.image===void 0||t?.process.musl===void 0)continue;let i=Ee(t),a=i?.diffId??``,o=n.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};n.set(a,o);let{name:s,version:c=``}=t.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(r.image),o.containers.push(r)}return[...n.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function Ee({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function De(t,n){let r=ne(t),a=xe(r),o=Te(t,r),s=be(o),c=he(Math.max(t.clusters.length,1)),l=re(t),u=e(t,!0),{standing:d,text:f}=p(t)??je(t,r,l,u);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${J(c)}'`,`script-src '${J(H)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${M(f)} \u00B7 muslgate</title>
<style>${c}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${d}">${I(d,D[d])} ${M(f)}</h1>
<p>${M(Ne(t,r,n))}</p>
<p class="soft">${l.map(e=>M(e.text)).join(` \u00B7 `)}</p>
${Pe(r)}
</header>
<main>
${[Fe(t),Ie(t,r),Le(t),Re(t),L(`containers`,`Containers on clusters`,ve(t,a.rows,o,s)),fe(t,o),Q(`unknown`,`Why it is not known`,S(t)),$(`waived`,`Waived`,C(t)),$(`gone`,h(t),t.fixed??[]),...i(t).map(({title:e,lines:t},n)=>$(`side-${n}`,e,t)),Q(`notes`,`Worth knowing`,u),Be(t,a.pages,s)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${H}<\/script>
</body>
</html>
`}function J(e){return`sha256-${y(`sha256`).update(e).digest(`base64`)}`}function Y(e){let{names:t,except:n}=e.verdict;return c(e)!==`affected`||e.waived!==void 0||t===void 0||n!==void 0?!1:Object.values(t).every(e=>e.startsWith(`fails`))}function Oe(e){return c(e)===`affected`&&e.waived===void 0&&!Y(e)}function ke({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const X=[{title:`resolve no names`,standing:`affected`,is:Y},{title:`affected otherwise`,standing:`affected`,is:Oe},{title:`not known`,standing:`unknown`,is:ke},{title:`at level note`,standing:`note`,is:e=>u(e)&&e.waived===void 0},{title:`waived`,standing:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,standing:`not-affected`,is:()=>!0}];function Ae(e){return X.findIndex(({is:t})=>e.some(t))}function Z(e){let t=X.map(()=>0);for(let n of e){let e=Ae(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function je(e,n,i,a){let[o=0,s=0,c=0,l=0,u=0]=Z(n.map(({every:e})=>e)),d=e=>`${e} of ${n.length} ${n.length===1?`container`:`containers`}`,f=t(e),p=a.filter(({gap:e})=>e).length;if(o>0)return{standing:`affected`,text:`${d(o)} ${o===1?`resolves`:`resolve`} no names`};if(s>0)return{standing:`affected`,text:`${d(s)} ${s===1?`does`:`do`} not resolve all names as ${s===1?`it`:`they`} should`};if(f.clusters>0)return{standing:`affected`,text:f.clusters===1?`A cluster's DNS has a fault`:`${f.clusters} faults of clusters' DNS were found`};if(c>0)return{standing:`unknown`,text:`It is not known whether ${d(c)} ${c===1?`resolves`:`resolve`} names`};if(f[`clusters-unknown`]>0)return{standing:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{standing:`unknown`,text:x(e)};if(p>0)return{standing:`unknown`,text:`Nothing was found, but ${p===1?`something`:`${p} things`} could not be known`};if(r.find(e=>i.some(({standing:t})=>t===e))===`unknown`)return{standing:`unknown`,text:`Not one image could be read`};if(u>0)return{standing:`unknown`,text:`${d(u)} ${u===1?`is`:`are`} waived, and no other is affected`};if(l>0)return{standing:`note`,text:`${d(l)} ${l===1?`has`:`have`} a note, and no other is affected`};let m=n.length===1?`The container is not affected`:`None of ${n.length} containers is affected`;return{standing:`not-affected`,text:n.length===0?`No fault of a cluster's DNS was found`:m}}function Me(e,t){let n=e.status===`existing`?`existing`:`new`;return c(e)===`affected`&&e.waived===void 0&&n===t}function Ne(e,t,r){if(e.targets!==void 0){let{breaks:t,before:r}=n(e);return`Compared with now: ${t} affected at a target and not now, ${r} now already, ${l(e).healed} healed at one.`}if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let i=e=>t.filter(({worst:t})=>Me(t,e)).length,a=e.comparedWith===void 0?``:` of ${e.comparedWith}`,o=`${r??`the earlier state`}${a}`,s=i(`new`),c=i(`existing`),u=l(e).fixed,[d]=t.flatMap(({worst:e})=>Me(e,`existing`)?e.since??[]:[]).toSorted(),f=d===void 0?``:` (the first known since ${d})`;return`Since ${o}: ${s} affected ${s===1?`container is`:`containers are`} new, ${c} ${c===1?`was`:`were`} so before${f}, ${u} ${u===1?`finding is`:`findings are`} gone.`}function Pe(e){let t=Z(e.map(({every:e})=>e)),n=X.flatMap(({title:e,standing:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function Fe(e){let t=a(e).map(e=>`<li>${M(e)}</li>`);return L(`targets`,M(f(e)),t.length===0?``:`<ol class="card">${t.join(`
`)}</ol>`)}function Ie(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>Z(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...X.keys()].filter(e=>![`waived`,`at level note`].includes(X[e]?.title??``)||n.some(t=>(t[e]??0)>0)),i=e.clusters.map((t,i)=>{let a=r.map(e=>[n[i]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${X[t]?.standing}`}">${e}</td>`);return`<tr><th scope="row">${P(v(e,i))}</th>${a.join(``)}</tr>`});return L(`where`,`Where`,R(`Containers by cluster`,[e.targets===void 0?`Cluster`:`Target`,...r.map(e=>X[e]?.title??``)],i))}function Le(e){return L(`faults`,`The clusters' own DNS`,s(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map((t,n)=>`<article class="card ${c(t)}">${q(e,[t],[],n<20)}</article>`).join(`
`))}function Re(e){let{patches:t,remedies:n}=m(e),r=t.map(({file:e,because:t,diff:n,rules:r})=>`<article class="card"><h3>Change ${P(e)}${w(r,P)}</h3><p>${F(se(A(t)))}</p>${ze(g(n,2))}</article>`),i=n.map(({title:e,cost:t,snippet:n,rules:r})=>{let i=n===void 0?``:ze(n.text);return`<article class="card"><h3>${F(e)}${w(r,P)}</h3><p class="soft">${F(t)}</p>${i}</article>`}),a=r.length>0?r:i.slice(0,1),o=r.length>0?i:i.slice(1),s=o.length===0?``:`<details><summary>What else could be done (${o.length})</summary>${o.join(`
`)}</details>`;return L(`mend`,`What to do`,[...a,s].join(`
`).trim())}function ze(e){return`<pre tabindex="0">${N(e)}</pre>`}function Q(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(P).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${I(`unknown`,`not known`)} `:``}${F(e)} ${F(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return L(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t,n){let r=n.map(e=>`<li>${M(e)}</li>`).join(`
`);return L(e,M(t),r===``?``:`<ul class="card">${r}</ul>`)}function Be(e,t,n){return L(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,r)=>Ce(e,t,r,n.get(t[0]))).join(`
`)}</div>`)}export{De as renderHtml};