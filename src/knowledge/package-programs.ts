/**
 * Programs that packages of distributions and languages bring, where their names differ or their kind matters. Must hold
 * data only. Read on 2026-11-26 from the file lists of packages.debian.org (bookworm) and pkgs.alpinelinux.org (3.20), and
 * the projects' own metadata (`[project.scripts]`, `bin`).
 */

/**
 * A program: its name, which is in /usr/bin, or its path. Before it, where it is no program of the C library: `go:` for one
 * written in Go, `py:`, `node:`, `ruby:`, `perl:`, `php:` and `sh:` for a script of that language.
 */
export type ProgramText = string;

/** Packages of distributions, whose programs use the distribution's C library; one that matches none brings its own name. */
export const PACKAGE_PROGRAMS: readonly (readonly [packages: RegExp, programs: ProgramText])[] = [
  [/^nodejs(?:-current|-lts)?(?:-\d+)?$|^nodejs\d*$/, "node /usr/bin/nodejs"],
  [/^npm$/, "node node:npm node:npx"],
  [/^yarn(?:pkg)?$/, "node node:yarn node:yarnpkg"],
  [/^pnpm$/, "node node:pnpm"],
  [/^python3?(?:-minimal)?$|^python3-base$/, "python3"],
  [/^python3\.\d+$|^python3\d+$/, "python3 @python"],
  [/^python-is-python3$/, "python3 python"],
  [/^python3-(?:pip|venv|virtualenv)$|^py3-pip$/, "python3 py:pip3 py:pip"],
  [/^(?:py3|python3)-(?!dev$|libs$)/, "python3 @python-tool"],
  [/^pipx$/, "python3 py:pipx"],
  [/^gunicorn$/, "python3 py:gunicorn"],
  [/^supervisor$/, "python3 py:supervisord py:supervisorctl"],
  [/^uwsgi(?:-.+)?$/, "uwsgi /usr/sbin/uwsgi"],
  [/^ruby(?:-full|\d[\d.]*)?$/, "ruby"],
  [/^perl(?:-base)?$/, "perl"],
  [/^lua(\d\.\d)?$/, "@self lua"],
  [/^(?:openjdk-?\d+|default|java-[\d.]+-openjdk)(?:-(?:jre|jdk))?(?:-headless|-devel)?$/, "java @jvm"],
  [/^(?:temurin|zulu|java|corretto).*-(?:jre|jdk)(?:-headless)?$/, "java"],
  [/^maven$/, "java sh:mvn"],
  [/^gradle$/, "java sh:gradle"],
  [/^php\d*$|^php-cli$|^php\d[\d.]*-cli$/, "php @self"],
  [/^php(\d*)-fpm$|^php-fpm$/, "php @fpm"],
  [/^composer$/, "php php:composer"],
  [
    /^(?:dotnet\d*-runtime|aspnetcore\d*-runtime|dotnet\d*-sdk|dotnet-(?:runtime|sdk)-[\d.]+|aspnetcore-runtime-[\d.]+)$/,
    "dotnet",
  ],
  [/^bash$/, "/bin/bash"],
  [/^zsh$/, "/bin/zsh"],
  [/^busybox(?:-static)?$/, "/bin/busybox"],
  [/^nginx(?:-full|-light|-extras|-core|-mainline)?$/, "/usr/sbin/nginx"],
  [/^apache2$/, "/usr/sbin/apache2 /usr/sbin/httpd sh:/usr/sbin/apachectl"],
  [/^httpd$/, "/usr/sbin/httpd"],
  [/^lighttpd$/, "/usr/sbin/lighttpd"],
  [/^haproxy$/, "/usr/sbin/haproxy"],
  [/^dnsmasq$/, "/usr/sbin/dnsmasq"],
  [/^unbound$/, "/usr/sbin/unbound"],
  [/^bind9?$/, "/usr/sbin/named"],
  [/^(?:bind-tools|dnsutils|bind9-dnsutils|bind-utils)$/, "dig host nslookup"],
  [/^squid$/, "/usr/sbin/squid"],
  [/^openssh(?:-server)?$/, "/usr/sbin/sshd"],
  [/^openssh-clients?(?:-.+)?$/, "ssh scp"],
  [/^(?:cron|cronie)$/, "/usr/sbin/cron /usr/sbin/crond"],
  [/^dcron$/, "/usr/sbin/crond"],
  [/^postgresql(?:-?\d+)?(?:-client)?$/, "psql pg_isready pg_dump"],
  [/^(?:mysql|mariadb)-client$|^default-mysql-client$/, "mysql mariadb mysqladmin mysqldump"],
  [/^(?:mariadb|mysql)(?:-server)?$/, "mysqld mariadbd"],
  [/^redis(?:-server|-tools)?$/, "redis-server redis-cli"],
  [/^valkey(?:-server)?$/, "valkey-server valkey-cli"],
  [/^memcached$/, "memcached"],
  [/^netcat(?:-openbsd|-traditional)?$|^nmap-ncat$/, "nc ncat"],
  [/^iputils(?:-ping)?$/, "ping"],
  [/^procps(?:-ng)?$/, "ps top"],
  [/^inetutils-telnet$|^busybox-extras$/, "telnet"],
  [/^tini(?:-static)?$/, "/sbin/tini /usr/bin/tini"],
  [/^su-exec$/, "/sbin/su-exec"],
  [/^gosu$/, "go:/usr/sbin/gosu go:/usr/bin/gosu"],
  [/^runit$/, "/sbin/runit /sbin/runsvdir /sbin/runsv /usr/bin/runsvdir /usr/bin/runsv"],
  [/^s6$/, "/bin/s6-svscan /usr/bin/s6-svscan"],
  [/^imagemagick$/, "convert magick"],
  [/^ffmpeg$/, "ffmpeg ffprobe"],
  [/^chromium(?:-browser)?$/, "chromium chromium-browser"],
  [
    /^ca-certificates|^tzdata$|^fonts?-|-dev$|-doc$|-devel$|-data$|-common$|-libs?$|^lib(?!reoffice)|^musl|^glibc|^build-base$|^build-essential$/,
    "",
  ],
  // Written in Go: they resolve names themselves.
  [
    /^(?:caddy|traefik|coredns|etcd|etcd-ctl|consul|vault|nomad|terraform|prometheus(?:-.+)?|grafana|alertmanager|node-exporter|kubectl|helm|docker|docker-cli|docker-compose|docker-cli-compose|containerd|runc|podman|skopeo|buildah|nerdctl|minio|minio-client|rclone|restic|hugo|gitea|forgejo|telegraf|influxdb|influxdb2?-cli|cloudflared|k9s|kustomize|k3s|yq|yq-go|fzf|gh|github-cli|glab|direnv|step-cli|step-certificates|syncthing|age|sops|lego|wireguard-go|tailscale|headscale|victoria-metrics|loki|promtail|oauth2-proxy|authelia|crane|go-.+|git-lfs|supercronic|dive|trivy|task|go-task|dockerize|confd|gomplate|chezmoi|lazygit|frp|v2ray|xray)$/,
    "@go",
  ],
];

/** Distributions of Python by the commands they bring, where these differ from their names. */
export const PYTHON_COMMANDS: Readonly<Record<string, string>> = {
  django: "django-admin",
  supervisor: "supervisord supervisorctl",
  awscli: "aws",
  "apache-airflow": "airflow",
  "apache-superset": "superset",
  "uvicorn-worker": "",
  "fastapi-cli": "fastapi",
  fastapi: "fastapi",
  "ansible-core": "ansible ansible-playbook",
  ansible: "ansible ansible-playbook",
  jupyterlab: "jupyter jupyter-lab",
  notebook: "jupyter jupyter-notebook",
  httpie: "http https",
  "dbt-core": "dbt",
  dagster: "dagster dagster-daemon",
  "dagster-webserver": "dagster-webserver",
  "opentelemetry-distro": "opentelemetry-instrument",
  "opentelemetry-instrumentation": "opentelemetry-instrument",
  ddtrace: "ddtrace-run",
  newrelic: "newrelic-admin",
  "yt-dlp": "yt-dlp",
  twisted: "twistd",
  sphinx: "sphinx-build",
  robotframework: "robot",
  setuptools: "",
  wheel: "",
  requests: "",
  numpy: "",
  pandas: "",
};

/** Programs that a distribution of Python brings as machine code, linked to the C library it was built for. */
export const PYTHON_NATIVE: ReadonlySet<string> = new Set(["uwsgi"]);

/** Packages of npm by the commands they bring, where these differ from the last part of their names. */
export const NODE_COMMANDS: Readonly<Record<string, string>> = {
  "@nestjs/cli": "nest",
  "@angular/cli": "ng",
  typescript: "tsc tsserver",
  pm2: "pm2 pm2-runtime pm2-docker pm2-dev",
  "@vue/cli": "vue",
  "@ionic/cli": "ionic",
  "ts-node": "ts-node",
  "react-scripts": "react-scripts",
  webpack: "webpack",
  "webpack-cli": "webpack-cli webpack",
  "@remix-run/serve": "remix-serve",
  "@react-router/serve": "react-router-serve",
  "@sveltejs/kit": "svelte-kit",
  nuxt: "nuxt nuxi",
  "@strapi/strapi": "strapi",
  "local-web-server": "ws",
  "@babel/node": "babel-node",
  "@babel/cli": "babel",
  "sequelize-cli": "sequelize sequelize-cli",
  "@prisma/cli": "prisma",
  "@moleculer/runner": "moleculer-runner",
  moleculer: "moleculer-runner",
};

/** Programs that builds fetch as one file, by its name: Go's resolve names themselves, the others look up none. */
export const FETCHED_PROGRAMS: Readonly<Record<string, "go" | "wrapper">> = {
  tini: "wrapper",
  "tini-static": "wrapper",
  "dumb-init": "wrapper",
  "su-exec": "wrapper",
  gosu: "go",
  kubectl: "go",
  helm: "go",
  yq: "go",
  dockerize: "go",
  supercronic: "go",
  traefik: "go",
  terraform: "go",
  vault: "go",
  consul: "go",
  migrate: "go",
  mc: "go",
  minio: "go",
  cloudflared: "go",
  cloud_sql_proxy: "go",
  "cloud-sql-proxy": "go",
  grpc_health_probe: "go",
  "grpc-health-probe": "go",
};
