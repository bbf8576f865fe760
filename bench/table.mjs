// Words the figures of one section as Markdown, and says how they stand to what is wanted. Must not measure.

/** Whether a row holds one of the compared programs rather than a floor or a peer. */
const PROGRAM = /^muslgate/;

/** A section's rows, each with its ratio to the floor. */
export function table({ title, floor, rows, rounds, load }) {
  const lines = Object.entries(rows).map(
    ([name, { wall, cpu, megabytes }]) =>
      `| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${(wall / rows[floor].wall).toFixed(2)} | ${megabytes.toFixed(0)} |`,
  );
  return [
    `### ${title}`,
    "",
    `Medians of ${rounds}; a load of ${load.toFixed(1)} at the end.`,
    "",
    `| | wall s | cpu s | x ${floor} | peak MB |`,
    "|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

/** What is wanted of a section, how each program stands to it, and whether it is met: `[{wanted, figures: {program: text}, met}]`. */
export function standings({ floor, wanted, rows }) {
  const floorWall = rows[floor].wall;
  const programs = Object.keys(rows).filter((name) => PROGRAM.test(name));
  const one = (text, figure, most, unit) => ({
    wanted: text,
    figures: Object.fromEntries(
      programs.map((name) => [programOf(name), `${figure(rows[name]).toFixed(2)}${unit}`]),
    ),
    met: figure(rows[programs.at(-1)]) <= most,
  });
  const found = [];
  if (wanted.ratio !== undefined)
    found.push(one(`${wanted.ratio} × ${floor}`, ({ wall }) => wall / floorWall, wanted.ratio, " ×"));
  if (wanted.beyondStart !== undefined)
    found.push(
      one(
        `start + ${wanted.beyondStart} × ${floor}`,
        ({ wall }) => (wall - rows["one file"].wall) / floorWall,
        wanted.beyondStart,
        " ×",
      ),
    );
  if (wanted.notBehind !== undefined && rows[wanted.notBehind])
    found.push(
      one(`not behind ${wanted.notBehind}`, ({ wall }) => wall / rows[wanted.notBehind].wall, 1, " × it"),
    );
  if (wanted.seconds !== undefined)
    found.push(one(`${wanted.seconds} s`, ({ wall }) => wall, wanted.seconds, " s"));
  if (wanted.secondsBeyondFloor !== undefined)
    found.push(
      one(
        `start + ${wanted.secondsBeyondFloor} s`,
        ({ wall }) => wall - floorWall,
        wanted.secondsBeyondFloor,
        " s",
      ),
    );
  if (wanted.cpu !== undefined) found.push(one(`${wanted.cpu} s of cpu`, ({ cpu }) => cpu, wanted.cpu, " s"));
  found.push(
    one(`${wanted.megabytes ?? 150} MB`, ({ megabytes }) => megabytes, wanted.megabytes ?? 150, " MB"),
  );
  return found;
}

/** The same as sentences. */
export const judged = (section) =>
  standings(section)
    .map(
      ({ wanted, figures, met }) =>
        `${met ? "met" : "MISSED"}: ${wanted} (${Object.entries(figures)
          .map((pair) => pair.join(" "))
          .join(", ")})`,
    )
    .join("\n");

/** `before` or `now`. */
const programOf = (name) => (name.startsWith("muslgate before") ? "before" : "now");
