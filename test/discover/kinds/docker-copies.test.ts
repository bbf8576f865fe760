import { describe, expect, it } from "vitest";
import { copiedTo } from "../../../src/discover/kinds/docker-copies.ts";
import { readDockerLines } from "../../../src/discover/kinds/dockerfile-lines.ts";

const places = (...lines: string[]) => copiedTo(readDockerLines(lines.join("\n")).instructions);

describe("copiedTo", () => {
  it.each<[readonly string[], readonly string[]]>([
    [["RUN make"], []],
    [["COPY a b /app/bin/"], ["/app/bin"]],
    [['COPY ["a b", "/app/c d"]'], ["/app/c d"]],
    [["WORKDIR /srv", "WORKDIR app", "COPY --from=build . ./x/../y"], ["/srv/app/y"]],
    [["WORKDIR /srv", "ADD a.tar ."], ["/srv"]],
    [["COPY . ."], ["/"]],
    [["COPY . $HOME"], ["/"]],
    [["WORKDIR $HOME", "COPY . x"], ["/"]],
    [["COPY . /", "COPY a /b"], ["/"]],
    [["COPY /venv /venv", "ENV PATH=/venv/bin:$PATH"], ["/"]],
    [["COPY a /a", "ENV MY_PATH=x"], ["/a"]],
    [Array.from({ length: 101 }, (_, i) => `COPY a /f${i}`), ["/"]],
  ])("%j: %j", (lines, expected) => {
    expect(places(...lines)).toEqual(expected);
  });
});
