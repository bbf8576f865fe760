function e(e){return e.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu,e=>e===`
`||e===`	`?` `:`\\u{${(e.codePointAt(0)??0).toString(16)}}`)}function t(t){return t.split(/\r?\n/).map(e).join(`
`)}function n(e){return/[.!?]$/.test(e)?e:`${e}.`}function r(e){return/^[a-z]+(?: |$)/.test(e)?`${e.charAt(0).toUpperCase()}${e.slice(1)}`:e}export{r as i,t as n,n as r,e as t};