import { describe, expect, it } from "vitest";
import { plan } from "./planned.ts";

const many = (n: number, line: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => line(i)).join("\n");
const failed = (dockerfile: string, files = {}, build = {}) =>
  plan(dockerfile, files, build).then(
    () => "planned",
    (error: Error) => error.message,
  );

describe("a hostile Dockerfile", () => {
  it("ends in the budget that it uses up: 100,000 instructions", async () => {
    expect(await failed(`FROM alpine\n${many(100_000, () => "RUN apk add curl")}`)).toContain(
      "planInstructions",
    );
  });

  it("ends in the budget that it uses up: stages on stages", async () => {
    expect(await failed(`FROM alpine AS s0\n${many(2_000, (i) => `FROM s${i} AS s${i + 1}`)}`)).toContain(
      "planStages",
    );
  });

  it("doubles no argument without end", async () => {
    const text = `FROM alpine\nARG A0=aaaaaaaaaaaaaaaa\n${many(200, (i) => `ARG A${i + 1}=$A${i}$A${i}$A${i}`)}\nRUN $A100\nCMD $A200`;
    expect(await plan(text)).toContain("unknown");
  });

  it("ends in a budget: values of a megabyte in all", async () => {
    const text = `FROM alpine\nENV A=${"x".repeat(4_000)}\n${many(2_500, (i) => `ENV B${i}=$A`)}`;
    expect(await failed(text)).toContain("planLetters");
  });

  it("ends in a budget: copies of everything into each other", async () => {
    const text = `FROM alpine\nWORKDIR /a\nCOPY . .\n${many(200, () => "RUN cp -r /a /a/b")}\nCMD sh`;
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, ""]));
    expect(await failed(text, files)).toContain("planSteps");
  });

  it("ends in a budget: loops in loops", async () => {
    const text = `FROM alpine\nRUN ${"for i in 1 2 3 4 5 6 7 8 9; do ".repeat(9)} touch /a$i; ${"done; ".repeat(9)}\nCMD ["wget", "http://a/"]`;
    expect(await plan(text)).toContain("uses-musl");
  });

  it("copies nothing from outside of the context", async () => {
    const text = 'FROM alpine\nCOPY ../../../etc/passwd /x\nCOPY ../secret.sh /run.sh\nCMD ["/run.sh"]';
    expect(
      await plan(text, { "secret.sh": "#!/bin/sh\nexec wget http://a/", "app/x": "" }, { context: "app" }),
    ).toContain("unknown");
  });

  it("takes names of Object's own for nothing special", async () => {
    const text =
      'FROM alpine\nARG __proto__=x\nARG constructor\nENV toString=$constructor$__proto__\nRUN constructor __proto__ && pip install constructor __proto__\nCMD ["wget", "http://a/"]';
    expect(await plan(text, {}, { args: {} })).toContain("uses-musl");
  });

  it.each([
    "FROM",
    "FROM alpine AS",
    "RUN",
    "FROM alpine\nCOPY",
    "FROM alpine\nCOPY a",
    "FROM alpine\nADD --x=y",
    "FROM alpine\nENV",
    "FROM alpine\nONBUILD",
    "FROM alpine\nSHELL []\nRUN x\nCMD x",
    "FROM alpine\nENTRYPOINT []\nCMD []",
    "FROM alpine\nWORKDIR",
    "FROM alpine\nRUN --mount=\nRUN --mount=type=bind,from=x x",
  ])("is answered all the same: %s", async (text) => {
    expect(typeof (await failed(text))).toBe("string");
  });
});
