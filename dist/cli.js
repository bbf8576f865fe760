#!/usr/bin/env node
import{A as e,k as t,t as n}from"./cli-room.js";process.exitCode=e()?await t():await n(process.argv,new URL(`./layer-worker.js`,import.meta.url));export{};