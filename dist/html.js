import{r as e}from"./text-room.js";import{f as t,i as n,l as r,r as i,s as a,t as o,u as s}from"./report-arrange.js";import{a as c,c as l,d as u,f as d,g as f,h as p,l as m,n as h,p as g,r as _,s as v,t as y,u as b}from"./report-room.js";import{i as x,r as S,t as C}from"./report-text.js";import{t as w}from"./model-group-by.js";import{t as T}from"./model-place.js";import{r as E}from"./model-report.js";import{t as ee}from"./report-trace.js";import{createHash as D}from"node:crypto";function O(e){return`${k}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${te}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const k=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
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
.chain{display:flex;flex-wrap:wrap;gap:.3rem .5rem;list-style:none;padding:0}
.chain li+li:before{content:"→";content:"→"/"";margin-right:.5rem;color:var(--soft)}
footer{padding-top:2rem;padding-bottom:2rem}
@media(max-width:40rem){.m th,.m td{padding:.55rem .6rem}form div{flex:1 1 40%}select,input{width:100%;max-width:none}header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.5rem}}
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,te=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
body{font-size:10pt}form,.skip{display:none!important}.box,.plain{max-height:none;overflow:visible;border:0}.m thead{position:static}.m,.m.one{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}.m tbody tr,.card,.tiles li{break-inside:avoid}h2{break-after:avoid}}`,A=`"use strict";(()=>{
const form=document.querySelector("form"),out=document.querySelector("output"),table=document.querySelector(".m");
if(!form||!table)return;
const rows=[...table.tBodies[0].rows].map(row=>({row,text:row.dataset.t,space:row.dataset.n,
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
const cluster=value("cluster"),space=value("namespace"),owner=value("owner").toLowerCase(),rule=value("rule"),outcome=value("outcome");
let count=0;
for(const{row,text,space:own,verdicts}of rows){
const hit=(space===""||space===own)&&text.slice(0,text.indexOf("\\n")).includes(owner)&&words.every(word=>text.includes(word))&&
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
})();`,ne={affected:`✗`,unknown:`?`,note:`·`,"not-affected":`✓`},re={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function j(e){return L(C(e))}function M(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>L(e.split(`	`).map(C).join(`	`))).join(`
`)}function N(e){return`<code>${e.split(/(?<=[/,:@])/).map(j).join(`<wbr>`)}</code>`}function P(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?N(e.slice(1,-1)):j(e)).join(``)}function F(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${j(e)}">${j(e)}</a>`:j(e)}function I(e,t){return`<b class="s" role="img" aria-label="${j(t)}">${ne[e]}</b>`}function L(e){return e.replace(/[&<>"']/g,e=>re[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function ie(e,t){if(t.length===0)return``;let n=B(t.map(({container:e})=>e.workload.key.namespace)),r=B(t.flatMap(({container:e})=>e.every.map(R))),i=e.clusters.map((t,n)=>v(e,n)),a=i.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${N(e)}</th>`);return`<form hidden aria-label="Filter">
${z(`cluster`,`Cluster`,`every cluster`,i)}
${z(`namespace`,`Namespace`,`every namespace`,n.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${z(`rule`,`Rule`,`every rule`,r)}
${z(`outcome`,`Outcome`,`every outcome`,o.map(e=>_[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${t.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${a.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${t.map(({container:t,page:i})=>ae(e,t,i,n,r)).join(`
`)}
</tbody></table></div>`}function ae(e,t,n,r,i){let{workload:a,every:l}=t,{key:d,at:f}=a,p=b([t]),m=g([t]),h=`${d.kind}/${d.name}`,v=[h,m,p,f?.file??``,d.namespace,d.root].join(` `),y=e.clusters.flatMap((e,t)=>{let n=l.filter(e=>e.cluster===t);return o.flatMap((e,r)=>{let a=n.filter(t=>s(t)===e),o=B(a.map(R)).map(e=>i.indexOf(e));return a.length===0?[]:[`${t} ${r} ${o.join(`,`)}`]})}),x=e.clusters.map((e,n)=>{let r=t.on.get(n);if(r===void 0)return`<td role="cell" data-c="${n}"></td>`;let i=j(c(t,n)),a=s(r);return`<td role="cell" data-c="${n}" class="${a}">${I(a,_[a])} ${i}</td>`}),S=d.namespace===``?``:` <span class="soft">in ${j(d.namespace)}</span>`,C=m===``?p:m,w=m===``?``:N(p);return`<tr role="row" data-t="${j(h.toLowerCase())}&#10;${j(v.toLowerCase())}" data-n="${r.indexOf(d.namespace)}" data-v="${y.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${n}"><bdi>${j(C)}</bdi></a>${w}${S}</th>${x.join(``)}<td role="cell">${j(u(e,[t]))}</td></tr>`}function R({verdict:e}){return e.ruleId}function z(e,t,n,r){return r.length<2?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${j(e)}</option>`).join(``)}</select></div>`}function B(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function oe(e){let t=[...w(e,se).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function se({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,waived:r})=>[e,V(t),n,r]);return JSON.stringify([e.image,t,r])}function V({ruleId:e,outcome:t,level:n,names:r,onDenial:i,except:a,because:o,evidence:s,remedies:c}){return JSON.stringify([e,t,n,r,i,a,o,s,c.map(({title:e})=>e)])}function ce(e,t,n){let[r,...i]=t,{worst:a,image:o}=r,c=o===void 0?void 0:e.images[o],l=(c?.process.chain??[]).map(({text:e})=>`<li>${N(e)}</li>`).join(``),d=w(r.every,e=>JSON.stringify([V(e.verdict),e.status,e.waived])),f=t.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${j(e)}</bdi>${t===void 0?``:` at ${N(T(t))}`}</li>`),p=t.length-f.length,m=`<details${i.length<3?` open`:``}><summary>${t.length} ${t.length===1?`container`:`containers`}</summary><ul>${f.join(``)}${p>0?`<li>and ${p} more: the table has all</li>`:``}</ul></details>`,h=r.every.filter(E).flatMap(({verdict:e})=>e.remedies),g=[...new Set(h.map(({title:e})=>e))].map(e=>`<li><a href="#mend">${P(e)}</a></li>`);return`<article class="card ${s(a)}" id="p${n}" aria-labelledby="t${n}"><h3 id="t${n}">${N(b([r]))}</h3>
<p class="soft">${j(u(e,[r]))}</p>
${c===void 0?``:`<p>${P(S(c.process.reason))}</p>`}
${l===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${l}</ol>`}
${[...d.values()].map(r=>H(e,r,t,n<100)).join(`
`)}
${g.length===0?``:`<p>What to do:</p><ul>${g.join(``)}</ul>`}
${m}<p><a href="#containers">Back to the containers</a></p></article>`}function H(e,t,n,r){let[i]=t,{verdict:a,waived:o,status:l,workload:u,image:d}=i,{outcome:f,summary:p,level:m,evidence:h,at:g,ruleId:v}=a,y=s(i),b=t.map(({cluster:t})=>N(e.clusters[t]?.name??``)).join(`, `),C=n.map(e=>c(e,i.cluster)).find(Boolean),w=[_[y],...y===`affected`&&m!==`error`?[m]:[],...o===void 0?[]:[`waived until ${o.expires}: ${o.reason}`],...l===void 0||f===`not-affected`?[]:[l===`new`?`new`:`as before`]],E=d===void 0?void 0:e.images[d]?.reference,D=h.filter(({source:e})=>e!==E).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${P(e)} (${F(n)})</li>`),O=r?ee(e,i):void 0,k=O===void 0?``:`<details><summary>One lookup, step by step</summary><pre tabindex="0">${M(O)}</pre></details>`;return`<div class="${y}"><p><span class="says">${I(y,_[y])} ${j(w.join(`, `))}</span> on ${b}${C===void 0?``:`: ${j(C)}`} <span class="soft">(${N(v)})</span></p>
<p>${P(S(u?.role===`image`?p:x(p)))}${g===void 0?``:` At ${N(T(g))}.`}${n.length<2?``:` The same holds for ${n.length-1} more ${n.length===2?`container`:`containers`}.`}</p>
${D.length===0?``:`<ul class="soft">${D.join(``)}</ul>`}${k}</div>`}function U(e){let t=/* @__PURE__ */ new Map;for(let n of i(e)){let r=n.image===void 0?void 0:e.images[n.image];if(n.image===void 0||r?.process.musl===void 0)continue;let i=W(r),a=i?.diffId??``,o=t.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};t.set(a,o);let{name:s,version:c=``}=r.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(n.image),o.containers.push(n)}return[...t.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function W({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function le(e,t){let n=i(e),r=oe(n),a=O(Math.max(e.clusters.length,1)),o=l(e),s=p(e,!0),{standing:c,text:u}=pe(e,n,o,s);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${G(a)}'`,`script-src '${G(A)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${j(u)} · muslgate</title>
<style>${a}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${c}">${I(c,_[c])} ${j(u)}</h1>
<p>${j(me(e,n,t))}</p>
<p class="soft">${o.map(e=>j(e.text)).join(` · `)}</p>
${he(n)}
</header>
<main>
${[ge(e),_e(e,n),ve(e),ye(e),Y(`containers`,`Containers on clusters`,ie(e,r.rows)),be(e),Q(`unknown`,`Why it is not known`,f(e)),$(`Waived`,d(e)),$(`No longer so`,e.fixed??[]),Q(`notes`,`Worth knowing`,s),xe(e,r.pages)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${A}<\/script>
</body>
</html>
`}function G(e){return`sha256-${D(`sha256`).update(e).digest(`base64`)}`}function K(e){let{names:t,except:n}=e.verdict;return s(e)!==`affected`||e.waived!==void 0||t===void 0||n!==void 0?!1:Object.values(t).every(e=>e.startsWith(`fails`))}function ue(e){return s(e)===`affected`&&e.waived===void 0&&!K(e)}function de({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const q=[{title:`resolve no names`,standing:`affected`,is:K},{title:`affected otherwise`,standing:`affected`,is:ue},{title:`not known`,standing:`unknown`,is:de},{title:`at level note`,standing:`note`,is:e=>a(e)&&e.waived===void 0},{title:`waived`,standing:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,standing:`not-affected`,is:()=>!0}];function fe(e){return q.findIndex(({is:t})=>e.some(t))}function J(e){let t=q.map(()=>0);for(let n of e){let e=fe(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function pe(e,t,r,i){let[a=0,s=0,c=0,l=0,u=0]=J(t.map(({every:e})=>e)),d=e=>`${e} of ${t.length} ${t.length===1?`container`:`containers`}`,f=n(e),p=i.filter(({gap:e})=>e).length;if(a>0)return{standing:`affected`,text:`${d(a)} ${a===1?`resolves`:`resolve`} no names`};if(s>0)return{standing:`affected`,text:`${d(s)} ${s===1?`does`:`do`} not resolve all names as ${s===1?`it`:`they`} should`};if(f.clusters>0)return{standing:`affected`,text:f.clusters===1?`A cluster's DNS has a fault`:`${f.clusters} faults of clusters' DNS were found`};if(c>0)return{standing:`unknown`,text:`It is not known whether ${d(c)} ${c===1?`resolves`:`resolve`} names`};if(f[`clusters-unknown`]>0)return{standing:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{standing:`unknown`,text:`Nothing was judged`};if(p>0)return{standing:`unknown`,text:`Nothing was found, but ${p===1?`something`:`${p} things`} could not be known`};if(o.find(e=>r.some(({standing:t})=>t===e))===`unknown`)return{standing:`unknown`,text:`Not one image could be read`};if(u>0)return{standing:`unknown`,text:`${d(u)} ${u===1?`is`:`are`} waived, and no other is affected`};if(l>0)return{standing:`note`,text:`${d(l)} ${l===1?`has`:`have`} a note, and no other is affected`};let m=t.length===1?`The container is not affected`:`None of ${t.length} containers is affected`;return{standing:`not-affected`,text:t.length===0?`No fault of a cluster's DNS was found`:m}}function me(e,t,n){if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let r=e=>t.filter(({worst:t})=>s(t)===`affected`&&t.waived===void 0&&(t.status===`existing`?`existing`:`new`)===e).length;if(e.targets!==void 0)return`Compared with now: ${r(`new`)} affected at a target and not now, ${r(`existing`)} now already, ${e.fixed.length} ${e.fixed.length===1?`finding`:`findings`} gone at one.`;let i=n===void 0?`the earlier state`:n,a=r(`new`),o=r(`existing`),c=e.fixed.length;return`Since ${i}: ${a} affected ${a===1?`container is`:`containers are`} new, ${o} ${o===1?`was`:`were`} so before, ${c} ${c===1?`finding is`:`findings are`} gone.`}function he(e){let t=J(e.map(({every:e})=>e)),n=q.flatMap(({title:e,standing:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function Y(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function X(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function ge(e){let t=y(e).map(e=>`<li>${j(e)}</li>`);return Y(`targets`,j(h(e)),t.length===0?``:`<ol class="card">${t.join(`
`)}</ol>`)}function _e(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>J(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...q.keys()].filter(e=>![`waived`,`at level note`].includes(q[e]?.title??``)||n.some(t=>(t[e]??0)>0)),i=e.clusters.map((t,i)=>{let a=r.map(e=>[n[i]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${q[t]?.standing}`}">${e}</td>`);return`<tr><th scope="row">${N(v(e,i))}</th>${a.join(``)}</tr>`});return Y(`where`,`Where`,X(`Containers by cluster`,[`Cluster`,...r.map(e=>q[e]?.title??``)],i))}function ve(e){return Y(`faults`,`The clusters' own DNS`,r(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map((t,n)=>`<article class="card ${s(t)}">${H(e,[t],[],n<20)}</article>`).join(`
`))}function ye(n){let{patches:r,remedies:i}=t(n),a=r.map(({file:t,because:n,diff:r})=>`<article class="card"><h3>Change ${N(t)}</h3><p>${P(S(n))}</p>${Z(e(r,2))}</article>`),o=i.map(({title:e,cost:t,snippet:n})=>{let r=n===void 0?``:Z(n.text);return`<article class="card"><h3>${P(e)}</h3><p class="soft">${P(t)}</p>${r}</article>`}),s=a.length>0?a:o.slice(0,1),c=a.length>0?o:o.slice(1),l=c.length===0?``:`<details><summary>What else could be done (${c.length})</summary>${c.join(`
`)}</details>`;return Y(`mend`,`What to do`,[...s,l].join(`
`).trim())}function Z(e){return`<pre tabindex="0">${M(e)}</pre>`}function be(e){let t=U(e).map(({layer:e,distributions:t,images:n,containers:r})=>{let i=r.filter(({worst:e})=>s(e)===`affected`).length,a=m([...t],3),o=e===void 0?`layer not known`:`${N(e.diffId.slice(0,19))} ${j([e.origin===`own`?`of the image's own build`:``,e.createdBy?.slice(0,200)??``].filter(Boolean).join(`, `))}`;return`<tr><th scope="row">${a===``?``:`<strong>${j(a)}</strong> `}<span class="soft">${o}</span></th><td class="n">${r.length}</td><td class="n">${n.size}</td><td class="n${i>0?` affected`:``}">${i}</td></tr>`});return t.length===0?``:Y(`layers`,`Layers that bring the musl that is used`,X(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],t))}function Q(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(N).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${I(`unknown`,`not known`)} `:``}${P(e)} ${P(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return Y(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t){let n=t.map(e=>`<li>${j(e)}</li>`).join(`
`);return Y(e.toLowerCase().replaceAll(` `,`-`),e,n===``?``:`<ul class="card">${n}</ul>`)}function xe(e,t){return Y(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,n)=>ce(e,t,n)).join(`
`)}</div>`)}export{le as renderHtml};