#!/usr/bin/env node
import{I as e,L as t,N as n,P as r,t as i}from"./cli-room.js";process.exitCode=r()?await n():await i(process.argv,()=>e(process.argv,t()));export{};