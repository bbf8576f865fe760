// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of other tools are the subject.
import { describe, expect, it } from "vitest";
import type { ImageBuild } from "../../src/model/image-build.ts";
import { ciNames } from "../../src/run/ci-names.ts";
import { discover } from "../../src/discover/discover.ts";
import { testHclReader } from "../support/hcl.ts";
import { found, memoryTree } from "./tree.ts";

const DOCKERFILE = "ARG A=1\nARG B\nFROM debian:$A AS base\nFROM base AS run\nFROM run AS last\n";

/** `web/Dockerfile in web, target run, A=1 B=? by skaffold.yaml:6`: how an image of a name is built. */
function told({ dockerfile, context, target, args = {}, by, at }: ImageBuild): string {
  const what =
    "none" in dockerfile
      ? `none: ${dockerfile.none}`
      : "path" in dockerfile
        ? dockerfile.path
        : dockerfile.made === true
          ? dockerfile.text.split("\n").findLast((line) => line.startsWith("FROM"))
          : dockerfile.at.line;
  const values = Object.entries(args).map(([name, value]) => ` ${name}=${value ?? "?"}`);
  return `${what} in ${context ?? "?"}${target === undefined ? "" : `, ${target}`}${values.join("")} by ${by}:${at?.line}`;
}

/** How the image of one deployment is built, by the files of a repository. */
async function built(image: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = memoryTree({
    "deploy.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: ${image}\n`,
    "web/Dockerfile": DOCKERFILE,
    ...files,
  });
  const { workloads } = await discover(tree, { hcl: testHclReader });
  return workloads
    .filter(({ role }) => role === "container")
    .map(({ build }) => (build === undefined ? "a registry's" : told(build)));
}

const SKAFFOLD = (artifact: string, more = "") =>
  `apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n  - image: web\n    context: web\n${artifact}${more}`;
const WORKFLOW = (step: string, job = "") =>
  `on: push\nenv:\n  HOST: ghcr.io/shop\njobs:\n  build:\n    runs-on: ubuntu-24.04\n${job}    steps:\n${step}`;

const BAKED = 'target "web" {\n  context = "web"\n  target = "base"\n  tags = ["web"]\n}\n';

describe("who builds an image", () => {
  it.each<readonly [string, string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      "Skaffold",
      "web",
      {
        "skaffold.yaml": SKAFFOLD("    docker: {target: run, buildArgs: {A: '12', B: '{{.B}}', OTHER: x}}\n"),
      },
      ["web/Dockerfile in web, run A=12 B=? by skaffold.yaml:5"],
    ],
    [
      "Skaffold, the last stage by its name, under Docker Hub's whole name",
      "docker.io/library/web:v1",
      { "skaffold.yaml": SKAFFOLD("    docker: {target: Last}\n") },
      ["web/Dockerfile in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold's profile",
      "web",
      {
        "skaffold.yaml": SKAFFOLD(
          "",
          "profiles:\n- name: small\n  patches:\n  - op: add\n    path: /build/artifacts/0/docker/target\n    value: base\n",
        ),
      },
      [
        "web/Dockerfile in web by skaffold.yaml:5",
        "web/Dockerfile in web, base by skaffold.yaml, profile small:5",
      ],
    ],
    [
      "Skaffold with Jib",
      "web",
      { "skaffold.yaml": SKAFFOLD("    jib: {fromImage: 'eclipse-temurin:21-alpine'}\n") },
      ["FROM eclipse-temurin:21-alpine in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with Jib, whose base the project says",
      "web",
      { "skaffold.yaml": SKAFFOLD("    jib: {}\n") },
      ["none: it is built by Jib, whose base is its own default; that is not read in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with ko",
      "web",
      { "skaffold.yaml": SKAFFOLD("    ko: {}\n") },
      ["FROM scratch in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with ko and cgo",
      "web",
      { "skaffold.yaml": SKAFFOLD("    ko: {env: [CGO_ENABLED=1]}\n") },
      [
        "none: it is built by ko, which makes a Go program without cgo unless .ko.yaml says otherwise; that is not read in web by skaffold.yaml:5",
      ],
    ],
    [
      "Skaffold with ko and an empty file of settings",
      "web",
      { "skaffold.yaml": SKAFFOLD("    ko: {}\n"), "web/.ko.yaml": "" },
      ["FROM scratch in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with ko and a base in its settings",
      "web",
      { "skaffold.yaml": SKAFFOLD("    ko: {}\n"), "web/.ko.yaml": "defaultBaseImage: alpine:3.20\n" },
      ["FROM alpine:3.20 in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with ko and cgo in its settings",
      "web",
      {
        "skaffold.yaml": SKAFFOLD("    ko: {}\n"),
        "web/.ko.yaml": "builds:\n- {id: web, env: [A=b, CGO_ENABLED=1]}\n",
      },
      [
        "none: it is built by ko, which makes a Go program without cgo unless .ko.yaml says otherwise, with CGO_ENABLED=1; that is not read in web by skaffold.yaml:5",
      ],
    ],
    [
      "Skaffold with ko and no cgo in its settings",
      "web",
      {
        "skaffold.yaml": SKAFFOLD("    ko: {}\n"),
        "web/.ko.yaml": "builds:\n- {id: web, env: [CGO_ENABLED=0], ldflags: [-s, -X main.a=b]}\n",
      },
      ["FROM scratch in web by skaffold.yaml:5"],
    ],
    [
      "Skaffold with ko and a base that its import path says",
      "web",
      {
        "skaffold.yaml": SKAFFOLD("    ko: {}\n"),
        "web/.ko.yaml": "baseImageOverrides: {example.com/web: alpine}\n",
      },
      [
        "none: it is built by ko, which makes a Go program without cgo unless .ko.yaml says otherwise, with a base of baseImageOverrides; that is not read in web by skaffold.yaml:5",
      ],
    ],
    [
      "compose, a service that extends another",
      "web",
      {
        "compose.yaml":
          "services:\n  base:\n    build: {context: web, args: [A=12]}\n  web:\n    extends: base\n    image: web\n    build: {target: run, args: {B: '2'}}\n",
      },
      ["web/Dockerfile in web, run A=12 B=2 by compose.yaml:6"],
    ],
    [
      "compose, a service that extends one of another file",
      "web",
      {
        "common.yaml": "services:\n  base:\n    build: ./web\n",
        "compose.yaml":
          "services:\n  web:\n    extends: {file: common.yaml, service: base}\n    image: web\n",
      },
      ["web/Dockerfile in web by compose.yaml:4"],
    ],
    [
      "compose, services that extend each other",
      "web",
      {
        "compose.yaml":
          "services:\n  a: {extends: b, build: web, image: web}\n  b: {extends: a, build: {target: run}}\n",
      },
      ["web/Dockerfile in web, run by compose.yaml:2"],
    ],
    [
      "compose, without what an override says for whoever runs it",
      "web",
      {
        "compose.yaml": "services:\n  web: {image: web, build: web}\n",
        "compose.override.yaml": "services:\n  web: {build: {target: run}}\n",
      },
      ["web/Dockerfile in web by compose.yaml:2"],
    ],
    [
      "compose, with a file that a script lays over it and that names what it builds",
      "web",
      {
        "up.sh": "docker compose -f compose.yaml -f prod.yaml up -d\n",
        "compose.yaml": "services:\n  web: {build: web}\n",
        "prod.yaml": "services:\n  web: {image: web, build: {target: base}}\n",
      },
      ["web/Dockerfile in web, base by prod.yaml:2"],
    ],
    [
      "compose, included with a folder of its own and the variables there",
      "web",
      {
        "compose.yaml": "include:\n- {path: deploy/web.yaml, project_directory: .}\n",
        ".env": "STAGE=base\n",
        "deploy/web.yaml": "services:\n  web: {image: web, build: {context: web, target: $STAGE}}\n",
      },
      ["web/Dockerfile in web, base by deploy/web.yaml:2"],
    ],
    [
      "compose, included without one",
      "web",
      {
        "compose.yaml": "include: [deploy/web.yaml]\n",
        "deploy/web.yaml": "services:\n  web: {image: web, build: {context: ../web, target: base}}\n",
      },
      ["web/Dockerfile in web, base by deploy/web.yaml:2"],
    ],
    [
      "compose, without what a file says that a script lays over it",
      "web",
      {
        "up.sh": "docker compose -f compose.yaml -f dev.yaml up -d\n",
        "compose.yaml": "services:\n  web: {image: web, build: web}\n",
        "dev.yaml": "services:\n  web: {build: {target: base}}\n",
      },
      ["web/Dockerfile in web by compose.yaml:2"],
    ],
    [
      "a bake file of another name, which a script names",
      "web",
      { "images.hcl": BAKED, "up.sh": "docker buildx bake -f images.hcl web --push\n" },
      ["web/Dockerfile in web, base by images.hcl:1"],
    ],
    [
      "a bake file, and what a command makes of its target",
      "web",
      {
        "docker-bake.hcl": BAKED,
        "up.sh":
          "docker buildx bake --set w*.args.A=12 --set *.output=out --set other.target=x \\\n  --set web.target=last\n",
      },
      ["web/Dockerfile in web, base by docker-bake.hcl:1", "web/Dockerfile in web A=12 by docker-bake.hcl:1"],
    ],
    [
      "a bake file, and a command that changes none of what is built",
      "web",
      {
        "docker-bake.hcl": BAKED,
        "up.sh": "docker buildx bake --set *.platform=linux/amd64 --set *.tags=x\n",
      },
      ["web/Dockerfile in web, base by docker-bake.hcl:1"],
    ],
    [
      "a bake file of another name, which an action names",
      "web",
      {
        "images.hcl": BAKED,
        ".github/workflows/a.yml": WORKFLOW(
          "    - uses: docker/bake-action@v5\n      with: {files: ./images.hcl}\n",
        ),
      },
      ["web/Dockerfile in web, base by images.hcl:1"],
    ],
    ["HCL that nobody bakes", "web", { "images.hcl": BAKED, "up.sh": "cat images.hcl\n" }, ["a registry's"]],
    ["ko in a manifest", "ko://example.com/shop/web", {}, ["FROM scratch in ? by ko:7"]],
    [
      "ko in a manifest, with a base in its settings",
      "ko://example.com/shop/web",
      { ".ko.yaml": "defaultBaseImage: alpine\n" },
      ["FROM alpine in ? by ko:7"],
    ],
    [
      "ko in a manifest, with a base by its import path",
      "ko://example.com/shop/web",
      {
        ".ko.yaml":
          "defaultBaseImage: alpine\nbaseImageOverrides:\n  example.com/shop/web: debian:12\n  example.com/b: b\n",
      },
      ["FROM debian:12 in ? by ko:7"],
    ],
    [
      "ko in a manifest, with cgo for all",
      "ko://example.com/shop/web",
      { ".ko.yaml": "defaultEnv: [CGO_ENABLED=1]\n" },
      [
        "none: it is built by ko, which makes a Go program without cgo unless .ko.yaml says otherwise, with CGO_ENABLED=1; that is not read in ? by ko:7",
      ],
    ],
    [
      "ko in a manifest, with settings in two folders",
      "ko://example.com/shop/web",
      { "a/.ko.yaml": "defaultBaseImage: alpine\n", "b/.ko.yaml": "" },
      [
        "none: it is built by ko, which makes a Go program without cgo unless .ko.yaml says otherwise; that is not read in ? by ko:7",
      ],
    ],
    [
      "Jib in a pom.xml, with properties",
      "registry.example/shop-web:1",
      {
        "web/pom.xml":
          "<project>\n<artifactId>shop-web</artifactId>\n<properties><jre>eclipse-temurin:21-jre-alpine</jre></properties>\n<plugin><artifactId>jib-maven-plugin</artifactId>\n<configuration><from><image>${jre}</image></from>\n<to><image>registry.example/${project.artifactId}</image></to></configuration></plugin></project>",
      },
      ["FROM eclipse-temurin:21-jre-alpine in ? by web/pom.xml:4"],
    ],
    [
      "Jib in Gradle, with the default base",
      "shop/web",
      {
        "build.gradle":
          "plugins { id 'com.google.cloud.tools.jib' }\njib {\n  to {\n    image = 'shop/web'\n  }\n}\n",
      },
      ["FROM eclipse-temurin:21-jre in ? by build.gradle:2"],
    ],
    [
      "Jib in Kotlin, with a base that is worked out",
      "shop/web",
      { "build.gradle.kts": 'jib {\n  from { image = libs.base.get() }\n  to { image = "shop/web" }\n}\n' },
      [
        "none: it is built by Jib, whose base is a value that Gradle works out; that is not read in ? by build.gradle.kts:1",
      ],
    ],
    [
      "Nix",
      "web",
      { "flake.nix": 'x = pkgs.dockerTools.buildLayeredImage {\n  name = "web";\n};\n' },
      ["none: it is built by Nix; that is not read in ? by flake.nix:1"],
    ],
    [
      "Bazel",
      "web:latest",
      { "web/BUILD.bazel": 'oci_load(\n    name = "load",\n    repo_tags = ["web:latest"],\n)\n' },
      [
        "none: it is built by Bazel, whose rules say what is in it; that is not read in ? by web/BUILD.bazel:1",
      ],
    ],
    [
      "a shell script",
      "web",
      { "hack/build.sh": "#!/bin/sh\nset -e\nTAG=${1:-dev}\ndocker build --target run -t web:$TAG web\n" },
      ["web/Dockerfile in web, run by hack/build.sh:4"],
    ],
    [
      "a shell script that goes to its own folder",
      "web",
      { "web/hack/build.sh": '#!/bin/bash\ncd "$(dirname "$0")/.."\ndocker build -t web .\n' },
      ["web/Dockerfile in web by web/hack/build.sh:3"],
    ],
    [
      "a shell script that asks for its own folder",
      "web",
      {
        "web/hack/build.sh":
          '#!/bin/bash\nROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"\ndocker build -t web -f "$ROOT/Dockerfile" "$ROOT"\n',
      },
      ["web/Dockerfile in web by web/hack/build.sh:3"],
    ],
    [
      "a shell script that is run in its own folder",
      "web",
      { "web/build.sh": "docker build -t web .\n" },
      ["web/Dockerfile in web by web/build.sh:1"],
    ],
    [
      "an action of the repository's own",
      "ghcr.io/shop/web:1",
      {
        ".github/actions/build/action.yml":
          "name: b\nruns:\n  using: composite\n  steps:\n  - uses: docker/build-push-action@v6\n    with:\n      context: web\n      tags: ghcr.io/shop/web:${{ inputs.tag }}\n",
      },
      ["web/Dockerfile in web by .github/actions/build/action.yml:5"],
    ],
    [
      "compose",
      "shop/web:1",
      {
        ".env": "T=run\n",
        "compose.yaml":
          "services:\n  web:\n    image: shop/web:1\n    build:\n      context: web\n      target: ${T}\n      args: [A=12, B]\n",
      },
      ["web/Dockerfile in web, run A=12 by compose.yaml:3"],
    ],
    [
      "compose with a Dockerfile of its own lines",
      "web",
      {
        "compose.yaml":
          "services:\n  web:\n    image: web\n    build:\n      dockerfile_inline: |\n        FROM debian\n        RUN x\n",
      },
      ["6 in  by compose.yaml:3"],
    ],
    [
      "docker/build-push-action, a matrix and metadata",
      "ghcr.io/shop/web:v1",
      {
        ".github/workflows/ci.yml": WORKFLOW(
          "    - {id: meta, uses: docker/metadata-action@v5, with: {images: '${{ env.HOST }}/${{ matrix.name }}'}}\n    - uses: docker/build-push-action@v6\n      with:\n        context: ${{ matrix.name }}\n        target: run\n        build-args: |\n          A=12\n          B=${{ github.sha }}\n        tags: ${{ steps.meta.outputs.tags }}\n",
          "    strategy: {matrix: {name: [web, other]}}\n",
        ),
      },
      ["web/Dockerfile in web, run A=12 B=? by .github/workflows/ci.yml:10"],
    ],
    [
      "docker build in a workflow, with another name",
      "ghcr.io/shop/web:v1",
      {
        ".github/workflows/ci.yml": WORKFLOW(
          '    - run: |\n        set -e\n        TAG=${GITHUB_SHA::7}\n        for s in web other; do\n          sudo docker buildx build --load --target=run --build-arg A=12 \\\n            -t "$s" "./$s"\n          docker tag "$s" "$HOST/$s:$TAG"\n        done\n',
        ),
      },
      ["web/Dockerfile in web, run A=12 by .github/workflows/ci.yml:12"],
    ],
    [
      "a folder that is entered",
      "web",
      {
        ".github/workflows/ci.yml": WORKFLOW(
          "    - run: cd web && podman build --target run -t localhost/web .\n",
        ),
      },
      ["web/Dockerfile in web, run by .github/workflows/ci.yml:8"],
    ],
    [
      "a Makefile",
      "shop/web:1",
      {
        "web/Makefile":
          "IMG ?= shop/web\nARGS := --build-arg A=$(V) \\\n  --target run\nV = 12\n\nimage: ## builds\n\t@docker build $(ARGS) -t $(IMG):$(shell git describe) .\n",
      },
      ["web/Dockerfile in web, run A=12 by web/Makefile:7"],
    ],
    [
      "Cloud Build",
      "gcr.io/shop/web",
      {
        "cloudbuild.yaml":
          "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, 'gcr.io/${_P}/web:$SHORT_SHA', -f, web/Dockerfile, --target, run, web]\nsubstitutions: {_P: shop}\n",
      },
      ["web/Dockerfile in web, run by cloudbuild.yaml:2"],
    ],
    [
      "Kaniko on GitLab",
      "registry.example/shop/web",
      {
        ".gitlab-ci.yml":
          "variables: {IMAGE: registry.example/shop/web}\nbuild:\n  script:\n  - echo\n  - /kaniko/executor --context $CI_PROJECT_DIR/web --dockerfile Dockerfile --destination $IMAGE:$CI_COMMIT_SHA\n",
      },
      ["web/Dockerfile in web by .gitlab-ci.yml:5"],
    ],
    [
      "bake in HCL, with a matrix",
      "ghcr.io/shop/web:v1",
      {
        "docker-bake.hcl":
          'variable "REPO" { default = "ghcr.io/shop" }\nvariable "V" {}\ngroup "default" { targets = ["app"] }\ntarget "common" {\n  args = { A = "11", B = V }\n  target = "run"\n}\ntarget "app" {\n  inherits = ["common"]\n  matrix = { item = ["web", "other"] }\n  name = item\n  context = "./${item}"\n  args = { A = "12" }\n  tags = ["${REPO}/${item}:${V}"]\n}\n',
      },
      ["web/Dockerfile in web, run A=12 B=? by docker-bake.hcl:8"],
    ],
    [
      "bake in JSON",
      "ghcr.io/shop/web:v1",
      {
        "ci/docker-bake.json":
          '{"variable": {"REPO": {"default": "ghcr.io/shop"}},\n"target": {\n"web": {"context": "..", "dockerfile": "web/Dockerfile", "tags": ["${REPO}/web"], "args": {"A": "12"}}}}',
      },
      ["web/Dockerfile in  A=12 by ci/docker-bake.json:3"],
    ],
    [
      "pack",
      "web",
      { Makefile: "x:\n\tpack build web --builder paketobuildpacks/builder-jammy-tiny\n" },
      [
        "none: it is built by Buildpacks, with paketobuildpacks/builder-jammy-tiny; that is not read in ? by Makefile:2",
      ],
    ],
    [
      "names of Object's own",
      "constructor",
      {
        "compose.yaml":
          "services:\n  __proto__:\n    image: constructor\n    build: {context: web, args: {__proto__: a, A: '12'}, additional_contexts: {__proto__: x}}\n",
      },
      ["web/Dockerfile in web A=12 by compose.yaml:3"],
    ],
    [
      "a Tiltfile",
      "web",
      {
        Tiltfile:
          "# builds\ndocker_build('web', # our site\n  './web', target=\"run\", build_args={'A': '12', 'B': b()},\n  live_update=[sync('.', '/app')])\n",
      },
      ["web/Dockerfile in web, run A=12 B=? by Tiltfile:2"],
    ],
  ])("%s", async (_, image, files, expected) => {
    expect(await built(image, files)).toEqual(expected);
  });

  it.each<readonly [string, string, Readonly<Record<string, string>>]>([
    ["a digest", `web@sha256:${"0".repeat(64)}`, { "skaffold.yaml": SKAFFOLD("") }],
    ["a name of another registry", "ghcr.io/shop/web", { "skaffold.yaml": SKAFFOLD("") }],
    [
      "a name that is not known as a whole",
      "ghcr.io/shop/web",
      { ".github/workflows/ci.yml": WORKFLOW("    - run: docker build -t $REGISTRY/web web\n") },
    ],
    [
      "what may be another name by then",
      "web",
      {
        ".github/workflows/ci.yml": WORKFLOW(
          "    - run: |\n        N=web\n        if x; then N=y; fi\n        docker build -t $N web\n",
        ),
      },
    ],
  ])("is not said of %s", async (_, image, files) => {
    expect(await built(image, files)).toEqual(["a registry's"]);
  });

  it.each([
    ["web", ["none: web/Dockerfile, which it is built from, is not there in web by skaffold.yaml:5"]],
    // A registry has what was built last.
    ["ghcr.io/shop/web", ["a registry's"]],
  ])("leaves %s to no registry but its own where its Dockerfile is not there", async (image, expected) => {
    const files = { "skaffold.yaml": SKAFFOLD("").replace("image: web", `image: ${image}`) };
    const { workloads } = await found({
      "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}"}]}\n`,
      ...files,
    });
    expect(workloads.map(({ build }) => (build === undefined ? "a registry's" : told(build)))).toEqual(
      expected,
    );
  });

  it.each([
    [
      "ghcr.io/shop/web",
      ".github/workflows/ci.yml",
      WORKFLOW(
        "    - uses: docker/build-push-action@v6\n      with: {context: web, tags: 'ghcr.io/${{ github.repository }}:${{ github.sha }}'}\n",
      ),
    ],
    [
      "ghcr.io/shop/web",
      ".github/workflows/ci.yml",
      WORKFLOW(
        "    - run: docker build -t ghcr.io/${{ github.repository_owner }}/web -t $GITHUB_REPOSITORY web\n",
      ),
    ],
    [
      "registry.example/shop/web",
      ".gitlab-ci.yml",
      "b:\n  script: docker build -t $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA web\n",
    ],
  ])("knows %s of %s by what CI says of the repository, where it runs there", async (image, file, text) => {
    const tree = memoryTree({
      "pod.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}"}]}\n`,
      "web/Dockerfile": DOCKERFILE,
      [file]: text,
    });
    const env = {
      GITHUB_REPOSITORY: "Shop/web",
      GITHUB_REPOSITORY_OWNER: "Shop",
      CI_REGISTRY_IMAGE: "registry.example/shop/web",
    };
    const [here] = (await discover(tree, { ci: ciNames(env) })).workloads;
    expect(here?.build?.dockerfile).toEqual({ path: "web/Dockerfile" });
    const [elsewhere] = (await discover(tree, { ci: ciNames({}) })).workloads;
    expect(elsewhere?.build).toBeUndefined();
  });

  it("takes an argument whose value is not known for no default", async () => {
    const { workloads, diagnostics } = await found({
      "skaffold.yaml": SKAFFOLD("    docker: {buildArgs: {A: '{{.A}}'}}\n"),
      "web/Dockerfile": DOCKERFILE,
    });
    expect(workloads).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["image-not-literal"]);
  });

  it("builds a Dockerfile as it is told to", async () => {
    const { workloads } = await found({
      "skaffold.yaml": SKAFFOLD("    docker: {buildArgs: {A: '12'}}\n"),
      "web/Dockerfile": DOCKERFILE,
    });
    expect(workloads.map(({ image, build }) => [image, build?.context, build?.args])).toEqual([
      ["debian:12", "web", { A: "12" }],
    ]);
  });

  it("builds a development container's Dockerfile as it is told to, and nothing of its name", async () => {
    const { workloads } = await found({
      ".devcontainer/devcontainer.json":
        '// ours\n{"build": {"dockerfile": "../web/Dockerfile", "context": "..", /* a */ "args": {"A": "12", "B": "${localEnv:B}",},},}\n',
      "web/Dockerfile": DOCKERFILE,
    });
    expect(workloads.map(({ image, build }) => [image, build?.context, build?.args])).toEqual([
      ["debian:12", "", { A: "12", B: undefined }],
    ]);
  });

  it("asks no registry for a base that is built here", async () => {
    const { workloads } = await found({
      "skaffold.yaml": SKAFFOLD(
        "    requires: [{image: base, alias: A}]\n",
        "  - {image: base, context: base}\n",
      ),
      "web/Dockerfile": "ARG A\nFROM $A\n",
      "base/Dockerfile": "FROM debian:12\n",
    });
    const web = workloads.find(({ file }) => file === "web/Dockerfile");
    expect(web?.build?.contexts).toMatchObject({
      base: { build: { dockerfile: { path: "base/Dockerfile" }, context: "base" } },
    });
  });
});

describe("what builds cost", () => {
  const gaps = async (files: Readonly<Record<string, string>>) => {
    const { diagnostics } = await discover(memoryTree(files), { hcl: testHclReader });
    return diagnostics.flatMap(({ weight, message }) => (weight === "gap" ? [message] : []));
  };
  const many = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join("");

  it("is bounded in the number of builds", async () => {
    const skaffold = SKAFFOLD(
      "",
      many(3_000, (i) => `  - {image: i${i}, context: web}\n`),
    );
    expect(await gaps({ "skaffold.yaml": skaffold, "web/Dockerfile": DOCKERFILE })).toEqual([
      "more images are built than are followed (limit builds=2000)",
    ]);
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    [
      "loops in loops",
      {
        ".github/workflows/ci.yml": WORKFLOW(
          `    - run: |\n        ${many(8, (i) => `for v${i} in a b c d e f g h i j k l m n o p; do `)}\n        : docker build .\n        ${many(8, () => "done;")}\n`,
          "    strategy: {matrix: {a: [1, 2, 3, 4, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7, 8]}}\n",
        ),
      },
    ],
    [
      "lines that are aliases of one another",
      {
        ".gitlab-ci.yml": `a: &a\n- ${"docker build . ".repeat(4_000)}\n${many(300, (i) => `j${i}: {script: [*a]}\n`)}${many(1_000, (i) => `k${i}: {script: [*a]}\n`)}`,
      },
    ],
  ])("is bounded for %s", async (_, files) => {
    const [said] = await gaps(files);
    expect(said).toBe("what else builds images was not read (limit buildSteps=500000)");
  });

  it("is not doubled by variables that are made of each other", async () => {
    const doubling = (line: (i: number) => string) => many(60, line);
    const files = {
      Makefile: `${doubling((i) => `V${i} = $(V${i + 1})$(V${i + 1})\n`)}V60 = a\nx:\n\tdocker build -t $(V0) .\n`,
      "docker-bake.hcl": `${doubling((i) => `variable "V${i}" { default = "\${V${i - 1}}\${V${i - 1}}" }\n`)}target "x" { tags = ["\${V59}"] }\n`,
      ".gitlab-ci.yml": `variables:\n  A0: aa\n${doubling((i) => `  A${i + 1}: $A${i}$A${i}\n`)}x: {script: ["docker build -t $A60 ."]}\n`,
    };
    expect(await gaps({ ...files, Dockerfile: DOCKERFILE })).toEqual([]);
  });
});
