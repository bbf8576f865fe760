import { expect, it } from "vitest";
import { MuslgateError } from "../../src/model/error.ts";
import { plan } from "./planned.ts";

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PARTS = [
  "FROM alpine",
  "FROM scratch",
  "FROM a AS b",
  "FROM node:20-alpine AS a",
  "ARG A=1",
  "ARG",
  `ENV A=$B B=\${A:-x}`,
  "ENV X",
  "WORKDIR $A/b",
  "WORKDIR ..",
  "COPY . .",
  "COPY a b/ c",
  "COPY --from=a / /x",
  "COPY --from=0 /bin/* /y/",
  "COPY <<E /z\n#!/bin/sh\nE",
  "ADD http://x/y /",
  "ADD a.tar /",
  "RUN",
  'RUN ["ls"]',
  "RUN ln -s a b && ln -s b a && cat a",
  "RUN ln -s / /l && cp -r /l /l/l",
  "RUN <<E\nrm -rf /\nE",
  "RUN rm -rf /*",
  "RUN mv /bin /nib; mv /nib /bin",
  "RUN chmod -R 777 /",
  "RUN curl x | sh",
  "RUN pip install -r r -r r",
  "RUN npm i -g a @b/c d@1",
  "RUN apk add a b=1 @c --virtual .d && apk del .d",
  "RUN go build -o / ./... && go install a@b",
  "RUN cargo build --target $T",
  "RUN python -m venv $V && $V/bin/pip install x",
  'RUN eval "$(echo rm)" ; for x in $(ls /); do cp $x /y; done',
  "RUN --mount=type=bind,from=a,target=/m cp -r /m /n",
  'SHELL ["/bin/bash","-c"]',
  "ENTRYPOINT x $Y",
  'CMD ["sh","-c","x"]',
  "CMD",
  "HEALTHCHECK CMD wget http://a/",
  "ONBUILD RUN x",
  "ONBUILD ONBUILD COPY . .",
  "USER x",
  "# escape=`",
  "STOPSIGNAL 9",
  "RUN unzip x -d / && tar xf y -C / && git clone a /",
  "COPY --parents --chmod=0 ./a/../b ../../c",
  "RUN install -D -m 755 a /b/c; touch /b/c/d; tee /b < /x; sed -i s/a/b/ /b",
];

it("answers random Dockerfiles, or says which bound or mistake ended it", async () => {
  const next = numbers(7);
  for (let round = 0; round < 150; round++) {
    const lines = Array.from({ length: 1 + next(14) }, () => PARTS[next(PARTS.length)] as string);
    const text = ["FROM node:20-alpine AS a", ...lines].join("\n");
    const files = { a: "#!/bin/sh\nexec b", r: "-r r\nx\n", ".dockerignore": "**\n!a\n", "b/c": "" };
    try {
      expect(await plan(text, files)).toMatch(/^[a-z-]+/);
    } catch (error) {
      if (!(error instanceof MuslgateError) || error.code === "internal")
        throw new Error(`${text}\n\n${String((error as Error).stack)}`);
    }
  }
});
