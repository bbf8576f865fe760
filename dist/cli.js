#!/usr/bin/env node
import{F as e,M as t,P as n,j as r,t as i}from"./cli-room.js";process.exitCode=t()?await r():await i(process.argv,()=>n(process.argv,e()));export{};