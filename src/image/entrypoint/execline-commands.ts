/** What each command of execline and s6 that starts others takes before it does. Must follow none. */

/** One of execline's programs: how it takes its words before the next program's. */
export interface Command {
  /** Options of one dash that take the next word. */
  readonly valued: string;
  readonly words: number;
  /** What its blocks are: programs it runs, or becomes; blocks of these, each behind a word; or mere words. */
  readonly blocks: "run" | "become" | "nested" | "words";
}

/** By name: words, options, and blocks where it takes some that are programs (skarnet.org, execline and s6, each program's page). */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  `background 0 - run|backtick 1 D run|case 1 - nested|cd 1|define 2 d|elgetopt 1|elgetpositionals 0 P|elglob 2 d
emptyenv 0|envfile 1|exec 0 a|execline-cd 1|execline-umask 1|export 2|fdblock 1|fdclose 1|fdmove 2|fdreserve 1|fdswap 2
forbacktickx 1 odx run|foreground 0 - run|forstdin 1 odx|forx 1 ox|getcwd 1|getpid 1|heredoc 2|if 0 x run|ifelse 0 - become
ifte 0 - become|ifthenelse 0 - become|importas 2 dD|loopwhilex 0 ox|multidefine 1 d|multisubstitute 0|pipeline 0 - run
piperw 2|posix-cd 1|posix-umask 1|redirfd 2|shift 0 n|trap 0 - nested|tryexec 0 a become|umask 1|unexport 1|wait 0 t
with-contenv 0|withstdinas 1 D|s6-applyuidgid 0 ugG|s6-envdir 1|s6-envuidgid 1|s6-fdholder-retrieve 2 tT
s6-ipcserver-socketbinder 1 ab|s6-notifyoncheck 0 3sTtwnc|s6-setlock 1 t|s6-setsid 0|s6-setuidgid 1|s6-softlimit 0 acdflmoprst`
    .split(/[|\n]/)
    .map((line) => {
      const [name = "", words, valued = "", blocks = "words"] = line.split(" ");
      return [name, { words: Number(words), valued, blocks: blocks as Command["blocks"] }];
    }),
);
