import{r as e}from"./text-room.js";import{n as t,r as n}from"./model-report.js";import{c as r,n as i,r as a,u as o}from"./report-arrange.js";import{a as s,c,f as l,l as u,o as d,p as f,r as p,s as m,t as h,u as g}from"./report-room.js";import{i as _,r as v,t as y}from"./report-text.js";import{t as b}from"./model-group-by.js";import{t as x}from"./model-place.js";import{createHash as S}from"node:crypto";function C(e){return`${w}
.m tr{grid-template-columns:minmax(12rem,2.4fr) repeat(${e},minmax(8.5rem,1fr)) minmax(9rem,1.2fr)}
.m{min-width:${21+8.5*e}rem}
.m.one tr{grid-template-columns:minmax(12rem,2.4fr) minmax(8.5rem,1fr) minmax(9rem,1.2fr)}
.m.one{min-width:29.5rem}
${ee}
@media print{.m tr{grid-template-columns:2fr repeat(${e},minmax(0,1fr)) 1.3fr}.m.one tr{grid-template-columns:2fr 1fr 1.3fr}}`}const w=`:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#565f6d;--line:#d9dee5;--link:#0b57c4;--code:#eef1f5;
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
.affected{--tone:var(--bad);--tint:var(--badbg)}.unknown{--tone:var(--odd);--tint:var(--oddbg)}.not-affected{--tone:var(--ok);--tint:var(--okbg)}
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
td.n.affected,td.n.unknown,td.n.not-affected{color:var(--tone);font-weight:600}
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
.m .affected,.m .unknown,.m .not-affected{color:var(--tone)}
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
@media(forced-colors:active){.tiles li,.card{border:1px solid}}`,ee=`@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--bad:#a8141e;--badbg:#fff;--odd:#7a4d00;--oddbg:#fff;--ok:#12642f;--okbg:#fff}
body{font-size:10pt}form,.skip{display:none!important}.box,.plain{max-height:none;overflow:visible;border:0}.m thead{position:static}.m,.m.one{min-width:0}
details::details-content{content-visibility:visible;block-size:auto}pre{white-space:pre-wrap}.m tbody tr,.card,.tiles li{break-inside:avoid}h2{break-after:avoid}}`,T=`"use strict";(()=>{
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
})();`,E={affected:`✗`,unknown:`?`,"not-affected":`✓`},te={"&":`&amp;`,"<":`&lt;`,">":`&gt;`,'"':`&quot;`,"'":`&#39;`};function D(e){return M(y(e))}function O(e){return e.replace(/\n$/,``).split(/\r?\n/).map(e=>M(e.split(`	`).map(y).join(`	`))).join(`
`)}function k(e){return`<code>${e.split(/(?<=[/,:@])/).map(D).join(`<wbr>`)}</code>`}function A(e){return e.split(/(`[^`]+`)/).map(e=>/^`.*`$/s.test(e)?k(e.slice(1,-1)):D(e)).join(``)}function ne(e){return/^https:\/\/[\w./-]+$/.test(e)?`<a href="${D(e)}">${D(e)}</a>`:D(e)}function j(e,t){return`<b class="s" role="img" aria-label="${D(t)}">${E[e]}</b>`}function M(e){return e.replace(/[&<>"']/g,e=>te[e]).replace(/:(?=:)/g,`&#58;`).replaceAll(`##[`,`#&#35;[`)}function N(e,n){if(n.length===0)return``;let r=I(n.map(({container:e})=>e.workload.key.namespace)),i=I(n.flatMap(({container:e})=>e.every.map(P))),a=e.clusters.map(({name:e})=>e),o=a.map((e,t)=>`<th role="columnheader" scope="col" data-c="${t}">${k(e)}</th>`);return`<form hidden aria-label="Filter">
${F(`cluster`,`Cluster`,`every cluster`,a)}
${F(`namespace`,`Namespace`,`every namespace`,r.map(e=>e||`(none said)`))}
<div><label for="f-owner">Owner</label><input id="f-owner" type="search" name="owner" placeholder="deployment/api" autocomplete="off"></div>
${F(`rule`,`Rule`,`every rule`,i)}
${F(`outcome`,`Outcome`,`every outcome`,t.map(e=>h[e]))}
<div><label for="f-text">Any words</label><input id="f-text" type="search" name="text" placeholder="an image, a file" autocomplete="off"></div>
<button type="reset">Show all</button>
</form>
<output aria-live="polite"></output>
<div class="box" role="region" aria-label="Containers and clusters" tabindex="0">
<table class="m" role="table" aria-rowcount="${n.length+1}"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Container</th>${o.join(``)}<th role="columnheader" scope="col">Resolves with</th></tr></thead>
<tbody role="rowgroup">
${n.map(({container:t,page:n})=>re(e,t,n,r,i)).join(`
`)}
</tbody></table></div>`}function re(e,n,r,i,a){let{workload:o,every:s}=n,{key:l,at:u}=o,d=m([n]),f=g([n]),_=`${l.kind}/${l.name}`,v=[_,f,d,u?.file??``,l.namespace,l.root].join(` `),y=e.clusters.flatMap((e,n)=>{let r=s.filter(e=>e.cluster===n);return t.flatMap((e,t)=>{let i=r.filter(({verdict:t})=>t.outcome===e),o=I(i.map(P)).map(e=>a.indexOf(e));return i.length===0?[]:[`${n} ${t} ${o.join(`,`)}`]})}),b=e.clusters.map((e,t)=>{let r=n.on.get(t)?.verdict.outcome;if(r===void 0)return`<td role="cell" data-c="${t}"></td>`;let i=D(p(n,t));return`<td role="cell" data-c="${t}" class="${r}">${j(r,h[r])} ${i}</td>`}),x=l.namespace===``?``:` <span class="soft">in ${D(l.namespace)}</span>`,S=f===``?d:f,C=f===``?``:k(d);return`<tr role="row" data-t="${D(_.toLowerCase())}&#10;${D(v.toLowerCase())}" data-n="${i.indexOf(l.namespace)}" data-v="${y.join(`;`)}"><th role="rowheader" scope="row"><a class="who" href="#p${r}"><bdi>${D(S)}</bdi></a>${C}${x}</th>${b.join(``)}<td role="cell">${D(c(e,[n]))}</td></tr>`}function P({verdict:e}){return e.ruleId}function F(e,t,n,r){return r.length<2?``:`<div><label for="f-${e}">${t}</label><select id="f-${e}" name="${e}"><option value="">${n}</option>${r.map((e,t)=>`<option value="${t}">${D(e)}</option>`).join(``)}</select></div>`}function I(e){return[...new Set(e)].toSorted((e,t)=>e<t?-1:1)}function L(e){let t=[...b(e,ie).values()],n=new Map(t.flatMap((e,t)=>e.map(e=>[e,t])));return{pages:t,rows:e.map(e=>({container:e,page:n.get(e)??0}))}}function ie({workload:e,image:t,every:n}){let r=n.map(({cluster:e,verdict:t,status:n,waived:r})=>[e,R(t),n,r]);return JSON.stringify([e.image,t,r])}function R({ruleId:e,outcome:t,level:n,names:r,onDenial:i,except:a,because:o,evidence:s,remedies:c}){return JSON.stringify([e,t,n,r,i,a,o,s,c.map(({title:e})=>e)])}function ae(e,t,r){let[i,...a]=t,{worst:o,image:s}=i,l=s===void 0?void 0:e.images[s],u=(l?.process.chain??[]).map(({text:e})=>`<li>${k(e)}</li>`).join(``),d=b(i.every,e=>JSON.stringify([R(e.verdict),e.status,e.waived])),f=t.slice(0,12).map(({workload:{name:e,at:t}})=>`<li><bdi>${D(e)}</bdi>${t===void 0?``:` at ${k(x(t))}`}</li>`),p=t.length-f.length,h=`<details${a.length<3?` open`:``}><summary>${t.length} ${t.length===1?`container`:`containers`}</summary><ul>${f.join(``)}${p>0?`<li>and ${p} more: the table has all</li>`:``}</ul></details>`,g=i.every.filter(n).flatMap(({verdict:e})=>e.remedies),_=[...new Set(g.map(({title:e})=>e))].map(e=>`<li><a href="#mend">${A(e)}</a></li>`);return`<article class="card ${o.verdict.outcome}" id="p${r}" aria-labelledby="t${r}"><h3 id="t${r}">${k(m([i]))}</h3>
<p class="soft">${D(c(e,[i]))}</p>
${l===void 0?``:`<p>${A(v(l.process.reason))}</p>`}
${u===``?``:`<ol class="chain" aria-label="From the entry point to what resolves names">${u}</ol>`}
${[...d.values()].map(n=>z(e,n,t)).join(`
`)}
${_.length===0?``:`<p>What to do:</p><ul>${_.join(``)}</ul>`}
${h}<p><a href="#containers">Back to the containers</a></p></article>`}function z(e,t,n){let[r]=t,{verdict:i,waived:a,status:o,workload:s,image:c}=r,{outcome:l,summary:u,level:d,evidence:f,at:m,ruleId:g}=i,y=t.map(({cluster:t})=>k(e.clusters[t]?.name??``)).join(`, `),b=n.map(e=>p(e,r.cluster)).find(Boolean),S=[h[l],...l===`affected`&&d!==`error`?[d]:[],...a===void 0?[]:[`waived until ${a.expires}: ${a.reason}`],...o===void 0||l===`not-affected`?[]:[o===`new`?`new`:`as before`]],C=c===void 0?void 0:e.images[c]?.reference,w=f.filter(({source:e})=>e!==C).map(({text:e,confidence:t,source:n})=>`<li>${t}: ${A(e)} (${ne(n)})</li>`);return`<div class="${l}"><p><span class="says">${j(l,h[l])} ${D(S.join(`, `))}</span> on ${y}${b===void 0?``:`: ${D(b)}`} <span class="soft">(${k(g)})</span></p>
<p>${A(v(s?.role===`image`?u:_(u)))}${m===void 0?``:` At ${k(x(m))}.`}${n.length<2?``:` The same holds for ${n.length-1} more ${n.length===2?`container`:`containers`}.`}</p>
${w.length===0?``:`<ul class="soft">${w.join(``)}</ul>`}</div>`}function oe(e){let t=/* @__PURE__ */ new Map;for(let n of i(e)){let r=n.image===void 0?void 0:e.images[n.image];if(n.image===void 0||r?.process.musl===void 0)continue;let i=B(r),a=i?.diffId??``,o=t.get(a)??{layer:i,distributions:/* @__PURE__ */ new Set,images:/* @__PURE__ */ new Set,containers:[]};t.set(a,o);let{name:s,version:c=``}=r.distribution??{};s!==void 0&&o.distributions.add(s.includes(c)?s:`${s} ${c}`),o.images.add(n.image),o.containers.push(n)}return[...t.values()].toSorted((e,t)=>t.containers.length-e.containers.length)}function B({process:e,musl:t}){let n=e.chain.findLast(({layer:e})=>e!==void 0)?.layer;return e.kind===`is-musl`?n:t.loader?.layer??t.package?.layer??n}function V(e,t){let n=i(e),r=L(n),a=C(Math.max(e.clusters.length,1)),o=s(e),c=l(e,!0),{outcome:d,text:p}=ce(e,n,o,c);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${[`default-src 'none'`,`style-src '${H(a)}'`,`script-src '${H(T)}'`,`base-uri 'none'`,`form-action 'none'`].join(`; `)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${D(p)} · muslgate</title>
<style>${a}</style>
</head>
<body>
<a class="skip" href="#containers">To the containers</a>
<header>
<p class="by">muslgate</p>
<h1 class="${d}">${j(d,h[d])} ${D(p)}</h1>
<p>${D(le(e,n,t))}</p>
<p class="soft">${o.map(e=>D(e.text)).join(` · `)}</p>
${ue(n)}
</header>
<main>
${[de(e,n),fe(e),X(e),J(`containers`,`Containers on clusters`,N(e,r.rows)),pe(e),Q(`unknown`,`Why it is not known`,f(e)),$(`Waived`,u(e)),$(`No longer so`,e.fixed??[]),Q(`notes`,`Worth knowing`,c),me(e,r.pages)].filter(Boolean).join(`
`)}
</main>
<footer><p>Made by muslgate. A container counts once, by its worst on any cluster; what is not known is never counted as well.</p></footer>
<script>${T}<\/script>
</body>
</html>
`}function H(e){return`sha256-${S(`sha256`).update(e).digest(`base64`)}`}function U({verdict:{outcome:e,names:t,except:n},waived:r}){return e!==`affected`||r!==void 0||t===void 0||n!==void 0?!1:Object.values(t).every(e=>e.startsWith(`fails`))}function W(e){return e.verdict.outcome===`affected`&&e.waived===void 0&&!U(e)}function G({verdict:e,waived:t}){return e.outcome===`unknown`&&t===void 0}const K=[{title:`resolve no names`,outcome:`affected`,is:U},{title:`affected otherwise`,outcome:`affected`,is:W},{title:`not known`,outcome:`unknown`,is:G},{title:`waived`,outcome:`unknown`,is:({waived:e})=>e!==void 0},{title:`not affected`,outcome:`not-affected`,is:()=>!0}];function se(e){return K.findIndex(({is:t})=>e.some(t))}function q(e){let t=K.map(()=>0);for(let n of e){let e=se(n);e>=0&&(t[e]=(t[e]??0)+1)}return t}function ce(e,n,r,i){let[o=0,s=0,c=0,l=0]=q(n.map(({every:e})=>e)),u=e=>`${e} of ${n.length} ${n.length===1?`container`:`containers`}`,d=a(e),f=i.filter(({gap:e})=>e).length;if(o>0)return{outcome:`affected`,text:`${u(o)} ${o===1?`resolves`:`resolve`} no names`};if(s>0)return{outcome:`affected`,text:`${u(s)} ${s===1?`does`:`do`} not resolve all names as ${s===1?`it`:`they`} should`};if(d.clusters>0)return{outcome:`affected`,text:d.clusters===1?`A cluster's DNS has a fault`:`${d.clusters} faults of clusters' DNS were found`};if(c>0)return{outcome:`unknown`,text:`It is not known whether ${u(c)} ${c===1?`resolves`:`resolve`} names`};if(d[`clusters-unknown`]>0)return{outcome:`unknown`,text:`It is not known how a cluster's DNS answers`};if(e.judgements.length===0)return{outcome:`unknown`,text:`Nothing was judged`};if(f>0)return{outcome:`unknown`,text:`Nothing was found, but ${f===1?`something`:`${f} things`} could not be known`};if(t.find(e=>r.some(({outcome:t})=>t===e))===`unknown`)return{outcome:`unknown`,text:`Not one image could be read`};if(l>0)return{outcome:`unknown`,text:`${u(l)} ${l===1?`is`:`are`} waived, and no other is affected`};let p=n.length===1?`The container is not affected`:`None of ${n.length} containers is affected`;return{outcome:`not-affected`,text:n.length===0?`No fault of a cluster's DNS was found`:p}}function le(e,t,n){if(e.fixed===void 0)return`Nothing was compared: a baseline would say what is new since an earlier report.`;let r=e=>t.filter(({worst:{verdict:t,status:n,waived:r}})=>t.outcome===`affected`&&r===void 0&&(n===`existing`?`existing`:`new`)===e).length,i=n===void 0?`the earlier state`:n,a=r(`new`),o=r(`existing`),s=e.fixed.length;return`Since ${i}: ${a} affected ${a===1?`container is`:`containers are`} new, ${o} ${o===1?`was`:`were`} so before, ${s} ${s===1?`finding is`:`findings are`} gone.`}function ue(e){let t=q(e.map(({every:e})=>e)),n=K.flatMap(({title:e,outcome:n},r)=>(t[r]??0)===0?[]:[`<li class="${n}"><strong>${t[r]}</strong>${e}</li>`]);return n.length===0?``:`<ul class="tiles" aria-label="Containers by their worst">${n.join(``)}</ul>`}function J(e,t,n){return n===``?``:`<section id="${e}" aria-labelledby="${e}-h"><h2 id="${e}-h">${t}</h2>\n${n}</section>`}function Y(e,t,n){return`<div class="plain" role="region" aria-label="${e}" tabindex="0"><table><thead><tr>${t.map((e,t)=>`<th scope="col"${t===0?``:` class="n"`}>${e}</th>`).join(``)}</tr></thead>
<tbody>${n.join(`
`)}</tbody></table></div>`}function de(e,t){if(e.clusters.length===0||t.length===0)return``;let n=e.clusters.map((e,n)=>q(t.map(({every:e})=>e.filter(e=>e.cluster===n)))),r=[...K.keys()].filter(e=>K[e]?.title!==`waived`||n.some(t=>(t[e]??0)>0)),i=e.clusters.map(({name:e},t)=>{let i=r.map(e=>[n[t]?.[e]??0,e]).map(([e,t])=>`<td class="n${e===0?` soft`:` ${K[t]?.outcome}`}">${e}</td>`);return`<tr><th scope="row">${k(e)}</th>${i.join(``)}</tr>`});return J(`where`,`Where`,Y(`Containers by cluster`,[`Cluster`,...r.map(e=>K[e]?.title??``)],i))}function fe(e){return J(`faults`,`The clusters' own DNS`,r(e).filter(e=>e.workload===void 0&&e.verdict.outcome!==`not-affected`).map(t=>`<article class="card ${t.verdict.outcome}">${z(e,[t],[])}</article>`).join(`
`))}function X(t){let{patches:n,remedies:r}=o(t),i=n.map(({file:t,because:n,diff:r})=>`<article class="card"><h3>Change ${k(t)}</h3><p>${A(v(n))}</p>${Z(e(r,2))}</article>`),a=r.map(({title:e,cost:t,snippet:n})=>{let r=n===void 0?``:Z(n.text);return`<article class="card"><h3>${A(e)}</h3><p class="soft">${A(t)}</p>${r}</article>`}),s=i.length>0?i:a.slice(0,1),c=i.length>0?a:a.slice(1),l=c.length===0?``:`<details><summary>What else could be done (${c.length})</summary>${c.join(`
`)}</details>`;return J(`mend`,`What to do`,[...s,l].join(`
`).trim())}function Z(e){return`<pre tabindex="0">${O(e)}</pre>`}function pe(e){let t=oe(e).map(({layer:e,distributions:t,images:n,containers:r})=>{let i=r.filter(({worst:e})=>e.verdict.outcome===`affected`).length,a=d([...t],3),o=e===void 0?`layer not known`:`${k(e.diffId.slice(0,19))} ${D([e.origin===`own`?`of the image's own build`:``,e.createdBy?.slice(0,200)??``].filter(Boolean).join(`, `))}`;return`<tr><th scope="row">${a===``?``:`<strong>${D(a)}</strong> `}<span class="soft">${o}</span></th><td class="n">${r.length}</td><td class="n">${n.size}</td><td class="n${i>0?` affected`:``}">${i}</td></tr>`});return t.length===0?``:J(`layers`,`Layers that bring the musl that is used`,Y(`Layers with musl`,[`Layer`,`containers`,`images`,`affected`],t))}function Q(e,t,n){let r=n.map(({text:e,hint:t,list:n,gap:r})=>{let i=n.slice(0,40).map(k).join(`, `),a=n.length>40?` and ${n.length-40} more`:``;return`<li>${r?`${j(`unknown`,`not known`)} `:``}${A(e)} ${A(t)}${i===``?``:`<p class="soft">${i}${a}</p>`}</li>`});return J(e,t,r.length===0?``:`<ul class="card">${r.join(`
`)}</ul>`)}function $(e,t){let n=t.map(e=>`<li>${D(e)}</li>`).join(`
`);return J(e.toLowerCase().replaceAll(` `,`-`),e,n===``?``:`<ul class="card">${n}</ul>`)}function me(e,t){return J(`details`,`Each image as it is started`,t.length===0?``:`<div class="pages">${t.map((t,n)=>ae(e,t,n)).join(`
`)}</div>`)}export{V as renderHtml};