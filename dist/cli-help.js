const e=`
Examples:
  $ muslgate repo                                  who in this repository is hit, and what to change
  $ muslgate image node:22-alpine --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ muslgate corefile node-local-dns.yaml --fix    the smallest correction, as a diff

Exit codes:
  0  nothing found
  1  findings
  2  a wrong call, or output that is lost
  3  something could not be read
  4  a defect of muslgate

Run muslgate COMMAND --help for its options, and for what these mean to it.`,t=`
Exit codes:
  0  nothing found that counts
  1  findings
  2  a wrong call, something named that is not what it should be, or output that is lost
  3  no image could be read; with --fail-on-unknown, something is not known
  4  a defect of muslgate`,n=`
Examples:
  $ muslgate repo
  $ muslgate repo deploy --exclude 'test/**' --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ muslgate repo --base origin/main --fail-on warning
  $ muslgate repo --format gitlab > gl-code-quality-report.json
${t}`,r=`
Examples:
  $ muslgate cluster                               every pod of the cluster that kubectl speaks to
  $ muslgate cluster --context prod -n shop --fail-on-unknown
  $ muslgate cluster --against repo deploy         what runs that no file says, and the other way
  $ muslgate cluster --to gke-version=1.35.8-gke.1225000    what breaks at the next upgrade
  $ { kubectl get pods,jobs,netpol,nodes -A -o json; kubectl get ds,deploy,cm,svc -n kube-system -o json
      kubectl version -o json; } | muslgate cluster - --format json
${t}`,i=`
Examples:
  $ muslgate diff staging prod                     what is hit on prod and not on staging, and who runs on one alone
  $ muslgate diff monday.json friday.json --format json
${t}`,a=`
Examples:
  $ muslgate image node:22-alpine --gke-version 1.22.6-gke.1000 --node-local-dns enabled
  $ docker save shop/api > api.tar && muslgate image api.tar --corefile node-local-dns.yaml
  $ kubectl -n kube-system get configmap coredns -o yaml > coredns.yaml
    muslgate image ./oci-layout --corefile coredns.yaml --format json
${t}`,o=`
Examples:
  $ muslgate corefile node-local-dns.yaml
  $ kubectl -n kube-system get configmap coredns -o yaml | muslgate corefile -
  $ muslgate corefile Corefile --name api.example.com --core-dns-version 1.11.3
  $ muslgate corefile node-local-dns.yaml --fix | git apply

There is no --to here: give the file as it will be, or the release with --core-dns-version.
muslgate image, repo and cluster say with --to what an upgrade changes for containers.

Exit codes:
  0  every lookup resolves
  1  lookups fail in musl 1.2.1 and newer; with --write, still after the correction
  2  a wrong call, a file that cannot be read or is no Corefile, or output that is lost
  3  nothing is known, or a bound ended the work
  4  a defect of muslgate`,s=`
Examples:
  $ muslgate probe
  $ muslgate probe --server 10.0.0.10
  $ muslgate probe --server 169.254.20.10 --name api.default.svc.cluster.local example.com --format json
  $ muslgate probe --server 169.254.20.10 --corefile node-local-dns.yaml

Exit codes:
  0  every lookup resolves
  1  a lookup would fail in musl 1.2.1 and newer
  2  a wrong call, or output that is lost
  3  no server answers
  4  a defect of muslgate`,c=`
Examples:
  $ muslgate lookup api.shop
  $ muslgate lookup api.shop --dns-config deploy.yaml --corefile node-local-dns.yaml
  $ kubectl exec POD -- cat /etc/resolv.conf | muslgate lookup db --resolv-conf - --musl 1.2.5 --format json
  $ muslgate lookup api.shop --dns-config deploy.yaml --image shop/api:1.0

Exit codes:
  0  musl, or the libc of --image, resolves it
  1  it fails, or fails where an answer comes first
  2  a wrong call, a file that cannot be read, or output that is lost
  3  how a question is answered, or which libc asks, is not known
  4  a defect of muslgate`,l=`
Examples:
  $ muslgate explain musl-paired-lookup

Exit codes:
  0  it is explained
  2  there is no such rule, or output that is lost`,u=`
Examples:
  $ muslgate init
  $ muslgate init ../shop

Exit codes:
  0  what was missing is written; what was there is left as it is
  2  there is no such folder, or something cannot be written`,d=`
Examples:
  $ muslgate completion bash > ~/.local/share/bash-completion/completions/muslgate
  $ muslgate completion zsh > "\${fpath[1]}/_muslgate"
  $ muslgate completion fish > ~/.config/fish/completions/muslgate.fish

Exit codes:
  0  it is printed
  2  there is no such shell, or output that is lost`,f=[`plan`,`read`,`merge`];export{l as a,u as c,n as d,t as f,i,c as l,d as n,f as o,e as p,o as r,a as s,r as t,s as u};