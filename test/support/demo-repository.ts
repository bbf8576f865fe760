/** A small shop of many services in the shapes that demo repositories have: manifests, kustomize, a chart, skaffold, Terraform. Must not be used by src. */
import { alpine, type ExampleImage, IMAGES, type Member } from "../../examples/images.mjs";
import { elf } from "../../examples/elf.mjs";

/** What each service starts: musl of 1.2.1 or newer, older musl, glibc, or a resolver of its own. */
const SERVICES = {
  basket: "glibc",
  catalogue: "new musl",
  checkout: "new musl",
  currency: "new musl",
  greeter: "glibc",
  ledger: "old musl",
  mailer: "glibc",
  offers: "new musl",
  payment: "glibc",
  shipping: "old musl",
  storefront: "new musl",
} as const;

/** The services that a cluster which denies AAAA breaks. */
export const HIT: readonly string[] = Object.entries(SERVICES).flatMap(([name, starts]) =>
  starts === "new musl" ? [name] : [],
);

/** Its files, with images below `registry`. */
export function demoRepository(registry: string): Readonly<Record<string, string>> {
  const names = Object.keys(SERVICES);
  const files: Record<string, string> = {
    "README.md": "# Shop\n",
    "skaffold.yaml": `apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts:\n${names.map((name) => `  - image: ${name}\n    context: src/${name}\n`).join("")}manifests:\n  rawYaml: [manifests/*.yaml]\n`,
    "kustomize/base/kustomization.yaml": `resources:\n${names.map((name) => `- ${name}.yaml\n`).join("")}- cart-store.yaml\n`,
    "kustomize/base/cart-store.yaml": deployment("cart-store", `${registry}/library/redis:7-alpine`),
    "kustomize/components/mesh/kustomization.yaml":
      "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources:\n- https://example.invalid/mesh/install.yaml\n",
    "kustomize/overlays/prod/kustomization.yaml":
      "resources:\n- ../../base\ncomponents:\n- ../../components/mesh\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.4.0\nappVersion: v0.4.0\n",
    "chart/values.yaml": `images:\n  repository: ${registry}/shop\n  tag: ""\nimportance: high\n`,
    "infra/main.tf":
      'resource "google_container_cluster" "shop" {\n  name               = var.name\n  min_master_version = "1.22.6-gke.1000"\n\n  addons_config {\n    dns_cache_config {\n      enabled = true\n    }\n  }\n}\n',
    "infra/variables.tf": 'variable "name" {\n  default = "shop"\n}\n',
    "infra/node-local-dns.yaml": CONFIG_MAP,
  };
  for (const name of names) {
    files[`manifests/${name}.yaml`] = deployment(name, `${registry}/shop/${name}:v0.4.0`);
    files[`kustomize/base/${name}.yaml`] = deployment(name, `${registry}/shop/${name}:v0.4.0`);
    files[`chart/templates/${name}.yaml`] = deployment(
      name,
      `{{ .Values.images.repository }}/${name}:{{ .Values.images.tag | default .Chart.AppVersion }}`,
    );
    files[`src/${name}/Dockerfile`] =
      `FROM ${registry}/library/builder:1 AS build\nCOPY . /src\nRUN make\n\nFROM ${registry}/library/runtime:1\nCOPY --from=build /out /app\nENTRYPOINT ["/app/start"]\n`;
  }
  return files;
}

/** The images that its files name, by `name:tag`. */
export function demoImages(): Readonly<Record<string, ExampleImage>> {
  const services = Object.entries(SERVICES).map(
    ([name, starts]) => [`shop/${name}:v0.4.0`, imageOf(starts)] as const,
  );
  return Object.fromEntries([
    ...services,
    ["library/redis:7-alpine", imageOf("old musl")],
    ["library/builder:1", imageOf("glibc")],
    ["library/runtime:1", imageOf("glibc")],
  ]);
}

const NEW_MUSL: readonly Member[] = alpine("3.18.12", "1.2.4", "1.2.4-r3");

function imageOf(starts: (typeof SERVICES)[keyof typeof SERVICES]): ExampleImage {
  if (starts === "glibc") return IMAGES["shop-reports"] as ExampleImage;
  if (starts === "old musl") return IMAGES["shop-legacy"] as ExampleImage;
  const program = { interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.musl-x86_64.so.1"] };
  return {
    layers: [[...NEW_MUSL], [{ name: "app/" }, { name: "app/start", mode: 0o755, body: elf(program) }]],
    config: { Entrypoint: ["/app/start"] },
  };
}

function deployment(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
      - name: server
        image: ${image}
        ports:
        - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: { app: ${name} }
  ports:
  - port: 80
    targetPort: 8080
`;
}

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: node-local-dns
  namespace: kube-system
data:
  Corefile: |
    cluster.local:53 {
        errors
        template ANY AAAA {
            rcode NXDOMAIN
        }
        bind 169.254.20.10
        forward . 10.0.0.10
    }
    .:53 {
        errors
        template ANY AAAA {
            rcode NXDOMAIN
        }
        bind 169.254.20.10
        forward . 10.0.0.2
    }
`;
