import{a as e,i as t,n,r,s as i,t as a}from"./commander.js";import{f as o}from"./cli-help.js";const s=`
Examples:
  $ muslgate fleet merge fleet.plan --store facts
  $ muslgate fleet merge fleet.plan --store shard-1 shard-2 --fail-on-unknown --format markdown
${o}`,c=[`baseline`,`fail-on`,`fail-on-unknown`,`category`,`limit`,`verbose`,`format`,`color`,`sarif-file`,`json-file`];function l({ended:o,output:l}){let d=new e(`muslgate fleet`).exitOverride().configureOutput(l).description(`check many clusters at once: plan, read in shards, merge`).addHelpText(`after`,`
Examples:
  $ muslgate fleet plan fleet.yaml --shards 4      what to read: fleet.plan
  $ muslgate fleet read fleet.plan --shard 1/4 --store facts
  $ muslgate fleet merge fleet.plan --store facts --format html > fleet.html

Exit codes:
  0  the step is done, and nothing was found
  1  findings
  2  a wrong call, something named that is not what it should be, or output that is lost
  3  something could not be read: run the step again
  4  a defect of muslgate

Run muslgate fleet STEP --help for its options.`),f=(e,t,n,r)=>d.command(e).description(n).argument(t,t===`<file>`?`the fleet's file`:`what muslgate fleet plan wrote`).addHelpText(`after`,r),p=e=>e.makeOptionMandatory().helpGroup(`The store:`),m=f(`plan`,`<file>`,`ask clusters and registries once, and write down which layers to read`,`
Examples:
  $ muslgate fleet plan fleet.yaml
  $ muslgate fleet plan fleet.yaml --shards 16 --out plans/today.plan --format json

Exit codes:
  0  the plan is written; what could not be opened is told
  2  a wrong call, a folder or file that cannot be read, or no cluster that can
  3  no image could be opened
  4  a defect of muslgate`).optionsGroup(`The plan:`).option(`--out <FILE>`,`Where the plan is written.`,`fleet.plan`).option(`--shards <NUMBER>`,`Parts of about the same size that can be read side by side.`,`1`).addOption(a(`--format <FORMAT>`,`How the numbers are printed.`,[`table`,`json`]).default(`table`)).action(async(e,t)=>{let{planCommand:n}=await import(`./fleet-plan.js`);o(await n(e,t,r(m)))});n(m,`fleet`,u);let h=f(`read`,`<plan>`,`read each layer of one shard once, and keep what it teaches`,`
Examples:
  $ muslgate fleet read fleet.plan --store facts
  $ muslgate fleet read fleet.plan --shard 3/16 --store facts
  $ JOB_COMPLETION_INDEX=2 muslgate fleet read fleet.plan --store facts

Exit codes:
  0  the store has every layer of the shard
  2  a wrong call, a plan that is none, or a store that cannot be written or has other facts
  3  a layer could not be read: run it again, what is there is not read again
  4  a defect of muslgate`).optionsGroup(`The shard:`).option(`--shard <I/N>`,`Which one (default: by JOB_COMPLETION_INDEX, from 0).`).addOption(p(new i(`--store <STORE>`,`Where facts are kept: a folder, s3://BUCKET/PREFIX, or oci://REGISTRY/REPOSITORY.`))).action(async(e,t)=>{let{readCommand:n}=await import(`./fleet-read.js`);o(await n(e,t,r(h)))});n(h,`fleet`,u);let g=f(`merge`,`<plan>`,`judge every workload on every cluster from what was read`,s).addOption(p(new i(`--store <STORE...>`,`Where shards kept their facts; several are taken together.`))).action(async(e,t)=>{let{mergeCommand:n}=await import(`./fleet-merge.js`);o(await n(e,t,r(g)))});return n(g,`fleet`,e=>c.includes(e)),t(d),d}const u=(e,{group:t})=>t===`registries`||e===`limit`;export{l as fleetProgram};