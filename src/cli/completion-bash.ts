/** The script with which bash completes muslgate's words. Must never have the shell read again what stands on the line. */

/**
 * Sourced as often as one likes, with or without the package bash-completion, from bash 3.2 on. Bash parts words at `=` and
 * `:` too: those with no space between them are put together again. A quote that is open is none of the word's letters.
 */
export const BASH_SCRIPT = `# bash completion for muslgate

__muslgate_complete() {
    local line=\${COMP_LINE:0:COMP_POINT} words=() word rest out i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        rest=\${line#"\${line%%[![:space:]]*}"}
        # What stands behind the cursor is left out.
        if ((i == COMP_CWORD)) && [[ $word == "$rest"* ]]; then word=$rest; fi
        if ((i > 1)) && [[ -n $line && $rest == "$line" ]]; then
            words[\${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        line=\${rest#"$word"}
    done
    i=$((\${#words[@]} - 1))
    words[i]=\${words[i]#[\\"\\']}

    COMPREPLY=()
    out=$(muslgate complete -- "\${words[@]:1}" 2>/dev/null)
    while IFS=$'\\t' read -r word rest; do
        case $word in
            "") ;;
            :4) compopt +o default 2>/dev/null ;;
            :*) ;;
            *) COMPREPLY+=("$word") ;;
        esac
    done <<<"$out"
}

# Where nothing of muslgate's fits, files are completed.
complete -o default -F __muslgate_complete muslgate
`;
