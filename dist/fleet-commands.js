import{i as e,n as t,o as n,r,t as i}from"./commander.js";import{f as a}from"./cli-help.js";const o=`
Examples:
  $ muslgate fleet merge fleet.plan --store facts
  $ muslgate fleet merge fleet.plan --store shard-1 shard-2 --fail-on-unknown --format markdown
${a}`,s=[`baseline`,`fail-on`,`fail-on-unknown`,`category`,`limit`,`verbose`,`format`,`color`,`sarif-file`,`json-file`];function c({ended:a,output:c}){let u=new e(`muslgate fleet`).exitOverride().configureOutput(c).description(`check many clusters at once: plan, read in shards, merge`).addHelpText(`after`,`
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

Run muslgate fleet STEP --help for its options.`),d=(e,t,n,r)=>u.command(e).description(n).argument(t,t===`<file>`?`the fleet's file`:`what muslgate fleet plan wrote`).addHelpText(`after`,r),f=e=>e.makeOptionMandatory().helpGroup(`The store:`),p=d(`plan`,`<file>`,`ask clusters and registries once, and write down which layers to read`,`
Examples:
  $ muslgate fleet plan fleet.yaml
  $ muslgate fleet plan fleet.yaml --shards 16 --out plans/today.plan --format json

Exit codes:
  0  the plan is written; what could not be opened is told
  2  a wrong call, a folder or file that cannot be read, or no cluster that can
  3  no image could be opened
  4  a defect of muslgate`).optionsGroup(`The plan:`).option(`--out <FILE>`,`Where the plan is written.`,`fleet.plan`).option(`--shards <NUMBER>`,`Parts of about the same size that can be read side by side.`,`1`).addOption(i(`--format <FORMAT>`,`How the numbers are printed.`,[`table`,`json`]).default(`table`)).action(async(e,t)=>{let{planCommand:n}=await import(`./fleet-plan.js`);a(await n(e,t,r(p)))});t(p,`fleet`,l);let m=d(`read`,`<plan>`,`read each layer of one shard once, and keep what it teaches`,`
Examples:
  $ muslgate fleet read fleet.plan --store facts
  $ muslgate fleet read fleet.plan --shard 3/16 --store facts
  $ JOB_COMPLETION_INDEX=2 muslgate fleet read fleet.plan --store facts

Exit codes:
  0  the store has every layer of the shard
  2  a wrong call, a plan that is none, or a store that cannot be written or has other facts
  3  a layer could not be read: run it again, what is there is not read again
  4  a defect of muslgate`).optionsGroup(`The shard:`).option(`--shard <I/N>`,`Which one (default: by JOB_COMPLETION_INDEX, from 0).`).addOption(f(new n(`--store <STORE>`,`Where facts are kept: a folder, s3://BUCKET/PREFIX, or oci://REGISTRY/REPOSITORY.`))).action(async(e,t)=>{let{readCommand:n}=await import(`./fleet-read.js`);a(await n(e,t,r(m)))});t(m,`fleet`,l);let h=d(`merge`,`<plan>`,`judge every workload on every cluster from what was read`,o).addOption(f(new n(`--store <STORE...>`,`Where shards kept their facts; several are taken together.`))).action(async(e,t)=>{let{mergeCommand:n}=await import(`./fleet-merge.js`);a(await n(e,t,r(h)))});return t(h,`fleet`,e=>s.includes(e)),u}const l=(e,{group:t})=>t===`registries`||e===`limit`;export{c as fleetProgram};