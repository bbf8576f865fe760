/** Files of a headless Service, of as many pods behind it, and of a pod that is given its name. Must hold no verdict. */

/** What the files hold beside the usual. */
export interface Headless {
  readonly replicas: number;
  readonly dual?: boolean;
  readonly clusterIP?: string;
  readonly labels?: string;
  readonly host?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** `front` is given `db.shop`, whose pods are `replicas`. */
export function headless({ replicas, dual = false, clusterIP = "None", ...rest }: Headless) {
  const { labels = "{app: db}", host = "db.shop:5432", more = {} } = rest;
  return {
    "front.yaml": `apiVersion: v1
kind: Pod
metadata: {name: front, namespace: web, labels: {app: front}}
spec:
  containers:
    - name: app
      image: shop/front:1.0
      env: [{name: DB, value: "${host}"}]
`,
    "db.yaml": `apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  clusterIP: ${clusterIP}
  ipFamilyPolicy: ${dual ? "RequireDualStack" : "SingleStack"}
  selector: {app: db}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: ${replicas}
  template:
    metadata: {labels: ${labels}}
    spec: {}
`,
    ...more,
  };
}

/** A NetworkPolicy over `front` with these rules of egress. */
export function policy(egress: string, selector = "{matchLabels: {app: front}}"): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: front, namespace: web}
spec:
  podSelector: ${selector}
  policyTypes: [Egress]
  egress: ${egress}
`;
}
