#!/usr/bin/env node
import{F as e,I as t,R as n,t as r,z as i}from"./cli-room.js";process.exitCode=t()?await e():await r(process.argv,()=>n(process.argv,i()));export{};