// Writes repositories for the measurements: a third Kubernetes objects, the rest what lies beside them. Must ask nothing.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const words = (i, count) =>
  Array.from({ length: count }, (_, n) => `word${(i * 7 + n * 13) % 997}`).join(" ");

/** What a repository has of each kind, in turn: the first three of nine are objects. */
const KINDS = [
  (i) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app${i}
  namespace: team${i % 40}
  labels: {app: app${i}, team: team${i % 40}}
spec:
  replicas: 2
  selector:
    matchLabels: {app: app${i}}
  template:
    metadata:
      labels: {app: app${i}}
    spec:
      serviceAccountName: app${i}
      containers:
        - name: app
          image: 127.0.0.1:9/shop/app${i % 20}:1.0
          args: ["--listen", ":8080", "--level", "info"]
          env:
            - name: UPSTREAM
              value: http://app${(i + 1) % 500}.team${i % 40}.svc.cluster.local:8080
            - name: DATABASE
              valueFrom: {secretKeyRef: {name: app${i}, key: url}}
          ports:
            - {name: http, containerPort: 8080}
          resources:
            requests: {cpu: 100m, memory: 128Mi}
            limits: {memory: 256Mi}
          readinessProbe:
            httpGet: {path: /healthz, port: http}
`,
  (i) => `apiVersion: v1
kind: Service
metadata:
  name: app${i}
  namespace: team${i % 40}
spec:
  selector:
    app: app${i}
  ports:
    - name: http
      port: 8080
      targetPort: http
`,
  (i) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: app${i}
  namespace: team${i % 40}
data:
  application.properties: |
${Array.from({ length: 20 }, (_, n) => `    setting.${n}=${words(i + n, 4)}`).join("\n")}
`,
  (i) => `openapi: 3.0.3
info: {title: Service ${i}, version: 1.0.${i % 10}}
paths:
${Array.from(
  { length: 12 },
  (_, n) => `  /things/${n}:
    get:
      summary: ${words(i + n, 5)}
      parameters:
        - {name: id, in: query, required: true, schema: {type: string}}
      responses:
        "200":
          description: ${words(i, 4)}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing${n}"}`,
).join("\n")}
`,
  (i) => `en:
${Array.from({ length: 60 }, (_, n) => `  message_${n}: "${words(i + n, 6)}"`).join("\n")}
`,
  (i) => `groups:
  - name: rules${i}
    rules:
${Array.from(
  { length: 10 },
  (_, n) => `      - alert: Alert${n}
        expr: sum(rate(http_requests_total{job="app${i}",code=~"5.."}[5m])) > ${n}
        for: 10m
        labels: {severity: page}
        annotations:
          summary: "${words(i + n, 8)}"`,
).join("\n")}
`,
  (i) => `- id: ${i}
  name: ${words(i, 3)}
  tags: [${words(i, 5).replaceAll(" ", ", ")}]
  fixtures:
${Array.from({ length: 40 }, (_, n) => `    - {key: k${n}, value: ${words(i + n, 2)}, enabled: ${n % 2 === 0}}`).join("\n")}
`,
  (i) => `version: 2
updates:
${Array.from({ length: 8 }, (_, n) => `  - package-ecosystem: npm\n    directory: /packages/p${n}\n    schedule: {interval: weekly}`).join("\n")}
# ${words(i, 20)}
`,
  (i) => `rules:
${Array.from({ length: 40 }, (_, n) => `  rule-${n}: [error, {max: ${n}, message: "${words(i + n, 4)}"}]`).join("\n")}
`,
];

const COREFILE = `apiVersion: v1
kind: ConfigMap
metadata: {name: coredns, namespace: kube-system}
data:
  Corefile: |
    .:53 {
        errors
        kubernetes cluster.local in-addr.arpa ip6.arpa
        template ANY AAAA {
            rcode NXDOMAIN
        }
        forward . /etc/resolv.conf
    }
`;

/** A repository of so many YAML files, in git, and written once; with `isChanged` each is another since the first commit. Returns its folder. */
export function repositoryOf(folder, files, isChanged = false) {
  const path = join(folder, `repository-${files}${isChanged ? "-changed" : ""}`);
  if (existsSync(join(path, ".done"))) return path;
  rmSync(path, { recursive: true, force: true });
  const write = (more) => {
    for (let i = 0; i < files; i++) {
      const own = join(path, `team${i % 40}/part${Math.floor(i / 40) % 50}`);
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, `file${i}.yaml`), KINDS[i % KINDS.length](i) + more);
    }
  };
  write("");
  writeFileSync(join(path, "coredns.yaml"), COREFILE);
  writeFileSync(join(path, ".gitignore"), "/.done\n");
  const git = (...args) =>
    execFileSync("git", ["-C", path, "-c", "user.name=b", "-c", "user.email=b@b", ...args]);
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "first");
  if (isChanged) {
    write("# changed\n");
    git("commit", "-qam", "second");
  }
  writeFileSync(join(path, ".done"), "");
  return path;
}

/** A repository of so many Deployments and a configuration with so many clusters that each of them meets. Returns its folder. */
export function meetingsOf(folder, deployments, clusters) {
  const path = join(folder, `meetings-${deployments}-${clusters}`);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (let i = 0; i < deployments; i++) writeFileSync(join(path, `app${i}.yaml`), KINDS[0](i));
  const entries = Array.from(
    { length: clusters },
    (_, i) => `  - name: cluster${i}\n    gke-version: 1.22.6-gke.1000\n    node-local-dns: enabled\n`,
  );
  writeFileSync(join(path, "muslgate.yaml"), `clusters:\n${entries.join("")}`);
  return path;
}

/** A Corefile of so many zones, every second of which answers AAAA on its own. Returns the file. */
export function corefileOf(folder, zones) {
  const path = join(folder, `zones-${zones}.Corefile`);
  const block = (zone, i) =>
    `${zone} {\n    errors\n${i % 2 === 0 ? "    template IN AAAA {\n        rcode NXDOMAIN\n    }\n" : ""}    forward . /etc/resolv.conf\n}\n`;
  const names = Array.from({ length: zones }, (_, i) => `zone${i}.example:53`);
  writeFileSync(path, [".:53", ...names].map(block).join(""));
  return path;
}
