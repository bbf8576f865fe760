// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell's.
import { describe, expect, it } from "vitest";
import { startProcessWith } from "../../../src/image/entrypoint/follow.ts";
import * as whenNeeded from "../../../src/image/entrypoint/when-needed.ts";
import type { LayerEntry } from "../../../src/model/layer-facts.ts";
import {
  alpine,
  config,
  DEBIAN,
  file,
  fileSystem,
  GO,
  link,
  ON_GLIBC,
  ON_MUSL,
  script,
  STATIC_MUSL,
  text,
} from "../../support/file-system.ts";

/** An image in the shape of a well-known one: its entry script's constructs, written anew. */
interface Shape {
  readonly name: string;
  readonly base: "alpine" | "debian";
  readonly files: Readonly<Record<string, LayerEntry>>;
  readonly words: readonly string[];
  readonly env?: readonly string[];
  /** The kind, or part of the reason why it is not known. */
  readonly expected: string;
}

const TOOLS =
  "bash cat chmod chown cp cut date dirname env find getent grep head hostname id ip install ln ls mkdir mktemp mv readlink rm sed seq sh sleep sort stat su tail tar tee touch tr true uname wc xargs awk basename".split(
    " ",
  );
/** busybox's applets or coreutils, at their places. */
function tools(base: Shape["base"]): Record<string, LayerEntry> {
  return Object.fromEntries(
    TOOLS.filter((name) => name !== "bash" && name !== "sh").map((name) => [
      `usr/bin/${name}`,
      base === "alpine" ? link("/bin/busybox") : ON_GLIBC,
    ]),
  );
}

const sh = (body: string, interpreter = "/bin/sh", argument?: string) =>
  script(`${body}\n`, interpreter, argument);
const bash = (body: string) => script(`${body}\n`, "/usr/bin/env", "bash");
const ALPINE_BASH = { "usr/bin/bash": ON_MUSL, "bin/bash": ON_MUSL };

/** Shared by many official images. */
const FILE_ENV = `file_env() {
	local var="$1"
	local fileVar="\${var}_FILE"
	local def="\${2:-}"
	if [ "\${!var:-}" ] && [ "\${!fileVar:-}" ]; then
		printf >&2 'error: both %s and %s are set\\n' "$var" "$fileVar"
		exit 1
	fi
	local val="$def"
	if [ "\${!var:-}" ]; then
		val="\${!var}"
	elif [ "\${!fileVar:-}" ]; then
		val="$(< "\${!fileVar}")"
	fi
	export "$var"="$val"
	unset "$fileVar"
}
`;
const DATABASE = `set -Eeo pipefail
_is_sourced() {
	[ "\${#FUNCNAME[@]}" -ge 2 ] && [ "\${FUNCNAME[0]}" = '_is_sourced' ] && [ "\${FUNCNAME[1]}" = 'source' ]
}
docker_create_db_directories() {
	local user; user="$(id -u)"
	mkdir -p "$DATA"
	chmod 700 "$DATA" || :
	if [ "$user" = '0' ]; then find "$DATA" \\! -user db -exec chown db '{}' +; fi
}
docker_process_init_files() {
	local f
	for f; do
		case "$f" in
			*.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
			*.sql) db-client -f "$f"; printf '\\n' ;;
			*.sql.gz) gunzip -c "$f" | db-client ;;
			*) printf 'ignoring %s\\n' "$f" ;;
		esac
	done
}
_want_help() {
	local arg
	for arg; do
		case "$arg" in -'?'|--help|-V|--version) return 0 ;; esac
	done
	return 1
}
_main() {
	if [ "\${1:0:1}" = '-' ]; then set -- db-server "$@"; fi
	if [ "$1" = 'db-server' ] && ! _want_help "$@"; then
		file_env 'DB_PASSWORD'
		file_env 'DB_USER' 'db'
		docker_create_db_directories
		if [ "$(id -u)" = '0' ]; then exec gosu db "$BASH_SOURCE" "$@"; fi
		if [ -z "$DATABASE_ALREADY_EXISTS" ]; then
			ls /docker-entrypoint-initdb.d/ > /dev/null
			eval 'db-init --user="$DB_USER" '"$DB_INITDB_ARGS"' "$@"'
			DB_USER="\${DB_USER:-db}" db-ctl -D "$DATA" -o "$(printf '%q ' "$@")" -w start
			docker_process_init_files /docker-entrypoint-initdb.d/*
			db-ctl -D "$DATA" -m fast -w stop
		else
			cat <<-'EOM'
				skipping initialization
			EOM
		fi
	fi
	exec "$@"
}
if ! _is_sourced; then _main "$@"; fi`;

const database = (base: Shape["base"], program: LayerEntry): Record<string, LayerEntry> => ({
  "entry.sh": bash(`${FILE_ENV}${DATABASE}`),
  ...(base === "alpine" ? ALPINE_BASH : {}),
  "usr/bin/gosu": GO,
  ...Object.fromEntries(
    ["db-server", "db-client", "db-ctl", "db-init"].map((name) => [`usr/bin/${name}`, program]),
  ),
});

const NGINX = `set -e
entrypoint_log() { if [ -z "\${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ]; then echo "$@"; fi; }
if [ "$1" = "nginx" ] || [ "$1" = "nginx-debug" ]; then
    if /usr/bin/find "/docker-entrypoint.d/" -mindepth 1 -maxdepth 1 -type f -print -quit 2>/dev/null | read v; then
        entrypoint_log "$0: looking for scripts"
        find "/docker-entrypoint.d/" -follow -type f -print | sort -V | while read -r f; do
            case "$f" in
                *.envsh) if [ -x "$f" ]; then . "$f"; fi ;;
                *.sh) if [ -x "$f" ]; then entrypoint_log "$0: Launching $f"; "$f"; fi ;;
                *) entrypoint_log "$0: Ignoring $f" ;;
            esac
        done
    fi
fi
exec "$@"`;

const REDIS = `set -e
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then set -- redis-server "$@"; fi
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \\! -user redis -exec chown redis '{}' +
	exec gosu redis "$0" "$@"
fi
um="$(umask)"
if [ "$um" = '0022' ]; then umask 0077; fi
exec "$@" $dummy_arg`;

const first = (program: string) =>
  `set -e\nif [ "\${1#-}" != "$1" ]; then\n\tset -- ${program} "$@"\nfi\nexec "$@"`;

const SHAPES: readonly Shape[] = [
  {
    name: "postgres",
    base: "debian",
    files: database("debian", ON_GLIBC),
    words: ["/entry.sh", "db-server"],
    expected: "glibc",
  },
  {
    name: "postgres on Alpine",
    base: "alpine",
    files: database("alpine", ON_MUSL),
    words: ["/entry.sh", "db-server"],
    expected: "musl",
  },
  {
    name: "mysql with options",
    base: "debian",
    files: database("debian", ON_GLIBC),
    words: ["/entry.sh", "--verbose"],
    expected: "glibc",
  },
  {
    name: "redis",
    base: "debian",
    files: { "entry.sh": sh(REDIS), "usr/bin/gosu": GO, "usr/bin/redis-server": ON_GLIBC },
    words: ["/entry.sh", "redis-server"],
    expected: "glibc",
  },
  {
    name: "redis on Alpine",
    base: "alpine",
    files: { "entry.sh": sh(REDIS), "usr/bin/gosu": GO, "usr/bin/redis-server": ON_MUSL },
    words: ["/entry.sh", "x.conf"],
    expected: "musl",
  },
  {
    name: "rabbitmq",
    base: "debian",
    files: {
      "entry.sh": bash(`set -euo pipefail
if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = '0' ]; then
	if [ "$1" = 'rabbitmq-server' ]; then find /var/lib/rabbitmq \\! -user rabbitmq -exec chown rabbitmq '{}' +; fi
	exec gosu rabbitmq "$BASH_SOURCE" "$@"
fi
deprecatedEnvVars=( RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_SSL )
hasOldEnv=
for old in "\${deprecatedEnvVars[@]}"; do
	if [ -n "\${!old:-}" ]; then echo >&2 "error: $old"; hasOldEnv=1; fi
done
if [ -n "$hasOldEnv" ]; then exit 1; fi
if [ "\${RABBITMQ_ERLANG_COOKIE:-}" ]; then
	cookieFile='/var/lib/rabbitmq/.erlang.cookie'
	if [ -e "$cookieFile" ]; then [ "$(cat "$cookieFile" 2>/dev/null)" = "$RABBITMQ_ERLANG_COOKIE" ] || echo no
	else echo "$RABBITMQ_ERLANG_COOKIE" > "$cookieFile"; fi
	chmod 600 "$cookieFile"
fi
exec "$@"`),
      "usr/bin/gosu": GO,
      "usr/bin/rabbitmq-server": sh('set -e\nexec /usr/lib/erlang/bin/erl -noshell "$@"'),
      "usr/lib/erlang/bin/erl": ON_GLIBC,
    },
    words: ["/entry.sh", "rabbitmq-server"],
    expected: "glibc",
  },
  {
    name: "nginx with its hooks",
    base: "debian",
    files: {
      "entry.sh": sh(NGINX),
      "usr/sbin/nginx": ON_GLIBC,
      "docker-entrypoint.d/10-listen.sh": sh(
        'set -eu\nME=$(basename "$0")\nif [ ! -f "/etc/nginx/conf.d/default.conf" ]; then exit 0; fi\nsed -i -E "s,listen 80;,listen 80;," /etc/nginx/conf.d/default.conf',
      ),
      "docker-entrypoint.d/15-local.envsh": sh(
        "if [ -z \"${NGINX_ENTRYPOINT_LOCAL_RESOLVERS:-}\" ]; then return 0; fi\nNGINX_LOCAL_RESOLVERS=$(awk '{print $2}' /etc/resolv.conf)\nexport NGINX_LOCAL_RESOLVERS",
      ),
    },
    words: ["/entry.sh", "nginx", "-g", "daemon off;"],
    env: ["PATH=/usr/sbin:/usr/bin:/bin"],
    expected: "glibc",
  },
  {
    name: "nginx whose hook waits with wget",
    base: "alpine",
    files: {
      "entry.sh": sh(NGINX),
      "usr/sbin/nginx": GO,
      "docker-entrypoint.d/10-wait.sh": sh("wget -q http://db/ -O /dev/null"),
    },
    words: ["/entry.sh", "nginx"],
    env: ["PATH=/usr/sbin:/usr/bin:/bin"],
    expected: "`wget` in /docker-entrypoint.d/10-wait.sh:1",
  },
  {
    name: "wordpress",
    base: "debian",
    files: {
      "entry.sh": bash(`set -Eeuo pipefail
if [[ "$1" == apache2* ]] || [ "$1" = 'php-fpm' ]; then
	uid="$(id -u)"
	if [ "$uid" = '0' ]; then
		case "$1" in
			apache2*) user="\${APACHE_RUN_USER:-www-data}"; pound='#'; user="\${user#$pound}" ;;
			*) user='www-data' ;;
		esac
	else user="$uid"; fi
	if [ ! -e index.php ] && [ ! -e wp-includes/version.php ]; then
		sourceTarArgs=( --create --file - --directory /usr/src/wordpress --owner "$user" )
		targetTarArgs=( --extract --file - )
		if [ "$uid" != '0' ]; then targetTarArgs+=( --no-overwrite-dir ); fi
		for contentPath in /usr/src/wordpress/.htaccess /usr/src/wordpress/wp-content/*/*/; do
			contentPath="\${contentPath%/}"
			[ -e "$contentPath" ] || continue
			sourceTarArgs+=( --exclude "./$contentPath" )
		done
		tar "\${sourceTarArgs[@]}" . | tar "\${targetTarArgs[@]}"
	fi
	wpEnvs=( "\${!WORDPRESS_@}" )
	if [ ! -s wp-config.php ] && [ "\${#wpEnvs[@]}" -gt 0 ]; then
		for wpConfigDocker in wp-config-docker.php /usr/src/wordpress/wp-config-docker.php; do
			if [ -s "$wpConfigDocker" ]; then awk '/x/ { cmd = "head -c1m /dev/urandom"; }{ print }' "$wpConfigDocker" > wp-config.php; break; fi
		done
	fi
fi
exec "$@"`),
      "usr/bin/apache2-foreground": bash(`set -e
: "\${APACHE_CONFDIR:=/etc/apache2}"
: "\${APACHE_ENVVARS:=$APACHE_CONFDIR/envvars}"
if test -f "$APACHE_ENVVARS"; then . "$APACHE_ENVVARS"; fi
: "\${APACHE_RUN_DIR:=/var/run/apache2}"
for e in "\${!APACHE_@}"; do
	if [[ "$e" == *_DIR ]] && [[ "\${!e}" == /* ]]; then
		dir="\${!e}"
		while [ "$dir" != "$(dirname "$dir")" ]; do
			dir="$(dirname "$dir")"
			if [ -d "$dir" ]; then break; fi
			case "$dir" in /var/lock) mkdir -p /run/lock ;; /var/run) mkdir -p /run ;; esac
		done
	fi
done
rm -f "$APACHE_PID_FILE"
exec apache2 -DFOREGROUND "$@"`),
      "etc/apache2/envvars": sh("unset HOME\nexport APACHE_RUN_DIR=/var/run/apache2$SUFFIX\nexport LANG=C"),
      "usr/bin/apache2": ON_GLIBC,
    },
    words: ["/entry.sh", "apache2-foreground"],
    expected: "glibc",
  },
  {
    name: "nextcloud",
    base: "debian",
    files: {
      "entry.sh": sh(`set -eu
version_greater() { [ "$(printf '%s\\n' "$@" | sort -t '.' -n | head -n 1)" != "$1" ]; }
directory_empty() { [ -z "$(ls -A "$1/")" ]; }
run_as() { if [ "$(id -u)" = 0 ]; then su -p "$user" -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
run_path() {
    local hook_folder_path="/docker-entrypoint-hooks.d/$1"
    local return_code=0
    if ! [ -d "\${hook_folder_path}" ] || directory_empty "\${hook_folder_path}"; then return 0; fi
    find "\${hook_folder_path}" -maxdepth 1 -iname '*.sh' '(' -type f -o -type l ')' -print | sort | (
        while read -r script_file_path; do
            if ! [ -x "\${script_file_path}" ]; then continue; fi
            run_as "\${script_file_path}" || return_code="$?"
        done
    )
}
if expr "$1" : "apache" 1>/dev/null || [ "$1" = "php-fpm" ] || [ "\${NEXTCLOUD_UPDATE:-0}" -eq 1 ]; then
    uid="$(id -u)"; gid="$(id -g)"
    if [ "$uid" = '0' ]; then user="\${APACHE_RUN_USER:-www-data}"; else user="$uid"; fi
    if [ -n "\${REDIS_HOST+x}" ]; then echo "Configuring" ; { echo x; } > /usr/local/etc/php/conf.d/redis.ini; fi
    (
        if ! flock -n 9; then flock 9; fi
        run_path pre-installation
        run_as 'php /var/www/html/occ maintenance:install -n'
    ) 9> /var/www/html/nextcloud-init-sync.lock
    run_path before-starting
fi
exec "$@"`),
      "usr/bin/php": ON_GLIBC,
      "usr/bin/php-fpm": ON_GLIBC,
      "usr/bin/flock": ON_GLIBC,
      "usr/bin/expr": ON_GLIBC,
    },
    words: ["/entry.sh", "php-fpm"],
    expected: "glibc",
  },
  {
    name: "keycloak",
    base: "debian",
    files: {
      "opt/keycloak/bin/kc.sh":
        bash(`case "$(uname)" in CYGWIN*) CFILE=$(cygpath "$0"); RESOLVED_NAME=$(readlink -f "$CFILE") ;; Darwin*) RESOLVED_NAME=$(readlink "$0") ;; *) RESOLVED_NAME=$(readlink -f "$0") ;; esac
if [ "x$RESOLVED_NAME" = "x" ]; then RESOLVED_NAME="$0"; fi
DIRNAME=$(dirname "$RESOLVED_NAME")
SERVER_OPTS="-Dkc.home.dir='$DIRNAME/..'"
DEBUG_MODE="\${DEBUG:-false}"
CONFIG_ARGS=\${CONFIG_ARGS:-""}
while [ "$#" -gt 0 ]; do
    case "$1" in
      --debug) DEBUG_MODE=true; shift ;;
      --) shift; break ;;
      *) CONFIG_ARGS="$CONFIG_ARGS $1" ;;
    esac
    shift
done
if [ "x$JAVA" = "x" ]; then
    if [ "x$JAVA_HOME" != "x" ]; then JAVA="$JAVA_HOME/bin/java"; else JAVA="java"; fi
fi
if [ -z "$JAVA_OPTS" ]; then JAVA_OPTS="-Xms64m"; fi
JAVA_RUN_OPTS="$JAVA_OPTS $SERVER_OPTS -cp $DIRNAME/../lib/quarkus-run.jar io.quarkus.bootstrap.runner.QuarkusEntryPoint \${CONFIG_ARGS#?}"
eval "exec '$JAVA' $JAVA_RUN_OPTS"`),
      "usr/bin/java": ON_GLIBC,
    },
    words: ["/opt/keycloak/bin/kc.sh", "start"],
    expected: "glibc",
  },
  {
    name: "grafana",
    base: "alpine",
    files: {
      ...ALPINE_BASH,
      "run.sh": sh(
        `#!/bin/bash -e
PERMISSIONS_OK=0
if [ ! -r "$GF_PATHS_CONFIG" ]; then echo "not readable"; PERMISSIONS_OK=1; fi
if [ ! -z \${GF_AWS_PROFILES+x} ]; then
    > "$GF_PATHS_HOME/.aws/credentials"
    for profile in \${GF_AWS_PROFILES}; do
        access_key_varname="GF_AWS_\${profile}_ACCESS_KEY_ID"
        if [ ! -z "\${!access_key_varname}" ]; then echo "[\${profile}]" >> "$GF_PATHS_HOME/.aws/credentials"; fi
    done
fi
for VAR_NAME in $(env | grep '^GF_[^=]\\+__FILE=.\\+' | sed -r "s/([^=]*)__FILE=.*/\\1/g"); do
    VAR_NAME_FILE="$VAR_NAME"__FILE
    if [ "\${!VAR_NAME}" ]; then exit 1; fi
    export "$VAR_NAME"="$(< "\${!VAR_NAME_FILE}")"
    unset "$VAR_NAME_FILE"
done
export HOME="$GF_PATHS_HOME"
if [ ! -z "\${GF_INSTALL_PLUGINS}" ]; then
  OLDIFS=$IFS; IFS=','
  for plugin in \${GF_INSTALL_PLUGINS}; do
    IFS=$OLDIFS
    if [[ $plugin =~ .*\\;.* ]]; then
      pluginUrl=$(echo "$plugin" | cut -d';' -f 1)
      grafana cli --pluginUrl "\${pluginUrl}" plugins install x
    else grafana cli plugins install \${plugin}; fi
  done
fi
exec grafana server --homepath="$GF_PATHS_HOME" --config="$GF_PATHS_CONFIG" "$@" cfg:default.log.mode="console"`,
        "/bin/bash",
        "-e",
      ),
      "usr/bin/grafana": GO,
    },
    words: ["/run.sh"],
    env: [
      "PATH=/usr/bin:/bin",
      "GF_PATHS_HOME=/usr/share/grafana",
      "GF_PATHS_CONFIG=/etc/grafana/grafana.ini",
    ],
    expected: "own-resolver",
  },
  {
    name: "vault",
    base: "alpine",
    files: {
      "entry.sh": sh(
        `set -e
ulimit -c 0
get_addr () {
    local if_name=$1
    local uri_template=$2
    ip addr show dev $if_name | awk -v uri=$uri_template '/\\s*inet\\s/ { print gensub(/x/, "", "g", uri); exit }'
}
if [ -n "$VAULT_REDIRECT_INTERFACE" ]; then
    export VAULT_REDIRECT_ADDR=$(get_addr $VAULT_REDIRECT_INTERFACE \${VAULT_REDIRECT_ADDR:-"http://0.0.0.0:8200"})
fi
VAULT_CONFIG_DIR=/vault/config
if [ -n "$VAULT_LOCAL_CONFIG" ]; then echo "$VAULT_LOCAL_CONFIG" > "$VAULT_CONFIG_DIR/local.json"; fi
if [ "\${1:0:1}" = '-' ]; then set -- vault "$@"; fi
if [ "$1" = 'server' ]; then
    shift
    set -- vault server -config="$VAULT_CONFIG_DIR" -dev-root-token-id="$VAULT_DEV_ROOT_TOKEN_ID" "$@"
elif [ "$1" = 'version' ]; then set -- vault "$@"
elif vault --help "$1" 2>&1 | grep -q "vault $1"; then set -- vault "$@"
fi
if [ "$1" = 'vault' ]; then
    if [ -z "$SKIP_CHOWN" ]; then
        if [ "$(stat -c %u /vault/config)" != "$(id -u vault)" ]; then chown -R vault:vault /vault/config || echo no; fi
    fi
    if [ -z "$SKIP_SETCAP" ]; then
        setcap cap_ipc_lock=+ep $(readlink -f $(which vault))
        if ! vault -version 1>/dev/null 2>/dev/null; then setcap cap_ipc_lock=-ep $(readlink -f $(which vault)); fi
    fi
    if [ "$(id -u)" = '0' ]; then set -- su-exec vault "$@"; fi
fi
exec "$@"`,
        "/usr/bin/dumb-init",
        "/bin/sh",
      ),
      "usr/bin/dumb-init": STATIC_MUSL,
      "sbin/su-exec": ON_MUSL,
      "bin/vault": GO,
    },
    words: ["/entry.sh", "server", "-dev"],
    env: ["PATH=/sbin:/usr/bin:/bin"],
    expected: "own-resolver",
  },
  {
    name: "consul",
    base: "alpine",
    files: {
      "entry.sh": sh(
        `set -e
CONSUL_BIND=
if [ -n "$CONSUL_BIND_INTERFACE" ]; then
  CONSUL_BIND_ADDRESS=$(ip -o -4 addr list $CONSUL_BIND_INTERFACE | head -n1 | awk '{print $4}' | cut -d/ -f1)
  if [ -z "$CONSUL_BIND_ADDRESS" ]; then echo "no address"; exit 1; fi
  CONSUL_BIND="-bind=$CONSUL_BIND_ADDRESS"
fi
if [ -z "$CONSUL_DATA_DIR" ]; then CONSUL_DATA_DIR=/consul/data; fi
if [ "\${1:0:1}" = '-' ]; then set -- consul "$@"; fi
if [ "$1" = 'agent' ]; then
    shift
    set -- consul agent -data-dir="$CONSUL_DATA_DIR" $CONSUL_BIND "$@"
elif consul --help "$1" 2>&1 | grep -q "consul $1"; then set -- consul "$@"; fi
if [ "$1" = 'consul' -a -z "\${CONSUL_DISABLE_PERM_MGMT+x}" ]; then
    if [ "$(id -u)" = "0" ]; then set -- su-exec consul:consul "$@"; fi
fi
exec "$@"`,
        "/usr/bin/dumb-init",
        "/bin/sh",
      ),
      "usr/bin/dumb-init": STATIC_MUSL,
      "sbin/su-exec": ON_MUSL,
      "bin/consul": GO,
    },
    words: ["/entry.sh", "agent", "-dev"],
    env: ["PATH=/sbin:/usr/bin:/bin"],
    expected: "own-resolver",
  },
  {
    name: "traefik",
    base: "alpine",
    files: {
      "entry.sh": sh(`set -e
if [ "\${1#-}" != "$1" ]; then set -- traefik "$@"; fi
if traefik "$1" --help >/dev/null 2>&1; then set -- traefik "$@"; else echo "= '$1' is not a Traefik command: assuming shell execution." 1>&2; fi
exec "$@"`),
      "usr/local/bin/traefik": GO,
    },
    words: ["/entry.sh", "traefik"],
    expected: "own-resolver",
  },
  {
    name: "caddy",
    base: "alpine",
    files: { "usr/bin/caddy": GO },
    words: ["caddy", "run", "--config", "/etc/caddy/Caddyfile"],
    expected: "own-resolver",
  },
  {
    name: "n8n",
    base: "alpine",
    files: {
      "entry.sh":
        sh(`if [ -d /opt/custom-certificates ]; then export NODE_OPTIONS="--use-openssl-ca $NODE_OPTIONS"; c_rehash /opt/custom-certificates; fi
if [ "$#" -gt 0 ]; then exec n8n "$@"; else exec n8n; fi`),
      "usr/local/bin/n8n": file([
        { kind: "script", interpreter: "/usr/bin/env", argument: "node", truncated: false },
      ]),
      "usr/local/bin/node": ON_MUSL,
    },
    words: ["/entry.sh"],
    expected: "musl",
  },
  {
    name: "gitea",
    base: "alpine",
    files: {
      ...ALPINE_BASH,
      "usr/bin/entrypoint": sh(`for FOLDER in /data/gitea/conf /data/gitea/log; do mkdir -p \${FOLDER}; done
if [ "\${USER}" != "git" ]; then sed -i -e "s/^git\\:/\${USER}\\:/g" /etc/passwd; fi
if [ $# -gt 0 ]; then exec "$@"; else exec /usr/bin/s6-svscan /etc/s6; fi`),
      "usr/bin/s6-svscan": ON_MUSL,
      "etc/s6/gitea/run": sh(
        "[[ -f ./setup ]] && source ./setup\npushd /app/gitea >/dev/null\nexec su-exec $USER /usr/local/bin/gitea web\npopd",
        "/bin/bash",
      ),
      "etc/s6/gitea/finish": sh("exit 0"),
      "etc/s6/gitea/setup": sh("if [ ! -d /data/git/.ssh ]; then mkdir -p /data/git/.ssh; fi"),
      "sbin/su-exec": ON_MUSL,
      "usr/local/bin/gitea": GO,
    },
    words: ["/usr/bin/entrypoint"],
    env: ["PATH=/sbin:/usr/bin:/bin", "USER=git"],
    expected: "own-resolver",
  },
  {
    name: "minio",
    base: "debian",
    files: {
      "entry.sh": sh(`if [ "\${1}" != "minio" ]; then if [ -n "\${1}" ]; then set -- minio "$@"; fi; fi
docker_switch_user() {
    if [ -n "\${MINIO_USERNAME}" ] && [ -n "\${MINIO_GROUPNAME}" ]; then
        if [ -n "\${MINIO_UID}" ]; then echo "$MINIO_USERNAME:x:$MINIO_UID" >>/etc/passwd; fi
        exec setpriv --reuid="\${MINIO_USERNAME}" --regid="\${MINIO_GROUPNAME}" --keep-groups "$@"
    else exec "$@"; fi
}
docker_switch_user "$@"`),
      "usr/bin/minio": GO,
      "usr/bin/setpriv": ON_GLIBC,
    },
    words: ["/entry.sh", "server", "/data"],
    expected: "own-resolver",
  },
  {
    name: "memcached",
    base: "alpine",
    files: { "entry.sh": sh(first("memcached")), "usr/bin/memcached": ON_MUSL },
    words: ["/entry.sh", "-m", "64"],
    expected: "musl",
  },
  {
    name: "mongo",
    base: "debian",
    files: {
      "entry.sh": bash(`set -Eeuo pipefail
if [ "\${1:0:1}" = '-' ]; then set -- mongod "$@"; fi
originalArgOne="$1"
if [[ "$originalArgOne" == mongo* ]] && [ "$(id -u)" = '0' ]; then
	if [ "$originalArgOne" = 'mongod' ]; then find /data/db \\! -user mongodb -exec chown mongodb '{}' +; fi
	exec gosu mongodb "$BASH_SOURCE" "$@"
fi
if [[ "$originalArgOne" == mongo* ]]; then
	numa='numactl --interleave=all'
	if $numa true &> /dev/null; then set -- $numa "$@"; fi
fi
_hack_have_arg() { local checkArg="$1"; shift; local arg; for arg; do case "$arg" in "$checkArg"|"$checkArg"=*) return 0 ;; esac; done; return 1; }
declare -a mongodHackedArgs
_hack_ensure_arg() {
	local ensureArg="$1"; shift
	mongodHackedArgs=( "$@" )
	if ! _hack_have_arg "$ensureArg" "$@"; then mongodHackedArgs+=( "$ensureArg" ); fi
}
if [ "$originalArgOne" = 'mongod' ]; then
	_hack_ensure_arg --bind_ip_all "$@"
	set -- "\${mongodHackedArgs[@]}"
	unset "\${!MONGO_INITDB_@}"
fi
rm -f /tmp/x
exec "$@"`),
      "usr/bin/gosu": GO,
      "usr/bin/mongod": ON_GLIBC,
      "usr/bin/numactl": ON_GLIBC,
    },
    words: ["/entry.sh", "mongod"],
    expected: "glibc",
  },
  {
    name: "cassandra",
    base: "debian",
    files: {
      "entry.sh": bash(`set -e
if [ "$#" -eq 0 ] || [ "\${1#-}" != "$1" ]; then set -- cassandra -f "$@"; fi
if [ "$1" = 'cassandra' -a "$(id -u)" = '0' ]; then find "$CASSANDRA_CONF" /var/lib/cassandra \\! -user cassandra -exec chown cassandra '{}' +; exec gosu cassandra "$BASH_SOURCE" "$@"; fi
_ip_address() { ip address | awk '$1 != "inet" { next }{ print $2; exit }'; }
_sed-in-place() { local filename="$1"; shift; local tempFile; tempFile="$(mktemp)"; sed "$@" "$filename" > "$tempFile"; cat "$tempFile" > "$filename"; rm "$tempFile"; }
if [ "$1" = 'cassandra' ]; then
	: \${CASSANDRA_LISTEN_ADDRESS='auto'}
	if [ "$CASSANDRA_LISTEN_ADDRESS" = 'auto' ]; then CASSANDRA_LISTEN_ADDRESS="$(_ip_address)"; fi
	for yaml in broadcast_address cluster_name; do
		var="CASSANDRA_\${yaml^^}"
		val="\${!var}"
		if [ "$val" ]; then _sed-in-place "$CASSANDRA_CONF/cassandra.yaml" -r 's/x/'"$val"'/'; fi
	done
fi
exec "$@"`),
      "usr/bin/cassandra": sh(`if [ "x$CASSANDRA_INCLUDE" = "x" ]; then
    for include in "\`dirname "$0"\`/cassandra.in.sh" "$HOME/.cassandra.in.sh" /usr/share/cassandra/cassandra.in.sh; do
        if [ -r "$include" ]; then . "$include"; break; fi
    done
elif [ -r "$CASSANDRA_INCLUDE" ]; then . "$CASSANDRA_INCLUDE"; fi
if [ -n "$JAVA_HOME" ]; then JAVA="$JAVA_HOME/bin/java"; else if [ -z "$JAVA" ]; then JAVA=java; fi; fi
if [ -z "$CASSANDRA_CONF" -o -z "$CLASSPATH" ]; then echo "no conf" >&2; exit 1; fi
launch_service() {
    pidpath="$1"
    if [ "x$foreground" = "xyes" ]; then exec $NUMACTL "$JAVA" $JVM_OPTS -cp "$CLASSPATH" $3 "$4"; else exec $NUMACTL "$JAVA" $JVM_OPTS -cp "$CLASSPATH" <&- & fi
}
while true; do
    if [ ! -n "$1" ]; then break; fi
    case "$1" in -f) foreground="yes"; shift ;; -R) shift ;; *) break ;; esac
done
launch_service "$pidfile" "$foreground" "$properties" "org.apache.cassandra.service.CassandraDaemon"`),
      "usr/bin/gosu": GO,
      "usr/share/cassandra/cassandra.in.sh": sh(
        "CASSANDRA_HOME=/usr/share/cassandra\nfor jar in $CASSANDRA_HOME/lib/*.jar; do CLASSPATH=$CLASSPATH:$jar; done",
      ),
      "opt/java/bin/java": ON_GLIBC,
    },
    words: ["/entry.sh", "cassandra", "-f"],
    env: ["PATH=/usr/bin:/bin", "JAVA_HOME=/opt/java", "CASSANDRA_CONF=/etc/cassandra"],
    expected: "glibc",
  },
  {
    name: "elasticsearch",
    base: "debian",
    files: {
      "entry.sh": bash(`set -e
umask 0002
run_as_other_user_if_needed() { if [[ "$(id -u)" == "0" ]]; then exec chroot --userspec=1000:0 / "\${@}"; else exec "\${@}"; fi; }
if [[ "$1" == "eswrapper" ]]; then set -- 'elasticsearch' "\${@:2}"; else if [[ $(basename "$1") == "elasticsearch" ]]; then set -- 'elasticsearch' "\${@:2}"; fi; fi
if [[ -f bin/elasticsearch-users ]]; then
  if [[ -n "$ELASTIC_PASSWORD" ]]; then [[ -f /usr/share/elasticsearch/config/elasticsearch.keystore ]] || (run_as_other_user_if_needed elasticsearch-keystore create); fi
fi
if [[ "$(id -u)" == "0" ]]; then if [[ -n "$TAKE_FILE_OWNERSHIP" ]]; then chown -R 1000:0 /usr/share/elasticsearch/{data,logs}; fi; fi
run_as_other_user_if_needed /usr/share/elasticsearch/bin/elasticsearch "\${@:2}" <<<"$KEYSTORE_PASSWORD"`),
      "usr/bin/chroot": ON_GLIBC,
      "usr/share/elasticsearch/bin/elasticsearch": bash(`CLI_NAME=server
source "\`dirname "$0"\`"/elasticsearch-env
if [ -z "$ES_TMPDIR" ]; then ES_TMPDIR=\`mktemp -d\`; fi
exec "$JAVA" $CLI_JAVA_OPTS -cp "$LAUNCHER_CLASSPATH" org.elasticsearch.launcher.CliToolLauncher "$@"`),
      "usr/share/elasticsearch/bin/elasticsearch-env": bash(`set -e -o pipefail
SCRIPT="$0"
while [ -h "$SCRIPT" ] ; do ls=\`ls -ld "$SCRIPT"\`; link=\`expr "$ls" : '.*-> \\(.*\\)$'\`; if expr "$link" : '/.*' > /dev/null; then SCRIPT="$link"; else SCRIPT=\`dirname "$SCRIPT"\`/"$link"; fi; done
ES_HOME=\`dirname "$SCRIPT"\`
while [ "\`basename "$ES_HOME"\`" != "bin" ]; do ES_HOME=\`dirname "$ES_HOME"\`; done
ES_HOME=\`dirname "$ES_HOME"\`
if [ ! -z "$ES_JAVA_HOME" ]; then JAVA="$ES_JAVA_HOME/bin/java"; JAVA_TYPE="ES_JAVA_HOME"; else JAVA="$ES_HOME/jdk/bin/java"; fi
if [ ! -x "$JAVA" ]; then echo "no java" >&2; exit 1; fi
unset JAVA_TOOL_OPTIONS
declare -a es_arg_array
while IFS='=' read -r -d '' envvar_key envvar_value; do
  if [[ "$envvar_key" =~ ^[a-z0-9_]+\\.[a-z0-9_]+ ]]; then es_opt="-E\${envvar_key}=\${envvar_value}"; es_arg_array+=("\${es_opt}"); fi
done < <(env -0)
cd "$ES_HOME"`),
      "usr/share/elasticsearch/jdk/bin/java": ON_GLIBC,
      "usr/bin/expr": ON_GLIBC,
    },
    words: ["/entry.sh", "eswrapper"],
    expected: "glibc",
  },
  {
    name: "haproxy",
    base: "alpine",
    files: {
      "entry.sh": sh(
        `${first("haproxy").replace('exec "$@"', "")}if [ "$1" = 'haproxy' ]; then\n\tshift\n\tset -- haproxy -W -db "$@"\nfi\nexec "$@"`,
      ),
      "usr/bin/haproxy": ON_MUSL,
    },
    words: ["/entry.sh", "haproxy", "-f", "x"],
    expected: "musl",
  },
  {
    name: "httpd",
    base: "debian",
    files: {
      "usr/bin/httpd-foreground": sh(
        'set -e\nrm -f /usr/local/apache2/logs/httpd.pid\nexec httpd -DFOREGROUND "$@"',
      ),
      "usr/bin/httpd": ON_GLIBC,
    },
    words: ["httpd-foreground"],
    expected: "glibc",
  },
  {
    name: "php",
    base: "debian",
    files: { "entry.sh": sh(first("php")), "usr/bin/php": ON_GLIBC },
    words: ["/entry.sh", "php", "-a"],
    expected: "glibc",
  },
  {
    name: "node",
    base: "alpine",
    files: {
      "entry.sh": sh(
        'set -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ] || { [ -f "${1}" ] && ! [ -x "${1}" ]; }; then\n  set -- node "$@"\nfi\nexec "$@"',
      ),
      "usr/bin/node": ON_MUSL,
    },
    words: ["/entry.sh", "server.js"],
    expected: "musl",
  },
  {
    name: "ghost",
    base: "debian",
    files: {
      "entry.sh": bash(`set -e
if [[ "$*" == node*current/index.js* ]] && [ "$(id -u)" = '0' ]; then find "$GHOST_CONTENT" \\! -user node -exec chown node '{}' +; exec gosu node "$BASH_SOURCE" "$@"; fi
if [[ "$*" == node*current/index.js* ]]; then
	baseDir="$GHOST_INSTALL/content.orig"
	for src in "$baseDir"/*/ "$baseDir"/themes/*; do
		src="\${src%/}"
		target="$GHOST_CONTENT/\${src#$baseDir/}"
		mkdir -p "$(dirname "$target")"
		if [ ! -e "$target" ]; then tar -cC "$(dirname "$src")" "$(basename "$src")" | tar -xC "$(dirname "$target")"; fi
	done
fi
exec "$@"`),
      "usr/bin/gosu": GO,
      "usr/bin/node": ON_GLIBC,
    },
    words: ["/entry.sh", "node", "current/index.js"],
    env: ["PATH=/usr/bin:/bin", "GHOST_INSTALL=/var/lib/ghost", "GHOST_CONTENT=/var/lib/ghost/content"],
    expected: "glibc",
  },
  {
    name: "tomcat",
    base: "debian",
    files: {
      "usr/local/tomcat/bin/catalina.sh": sh(`PRG="$0"
while [ -h "$PRG" ]; do ls=\`ls -ld "$PRG"\`; link=\`expr "$ls" : '.*-> \\(.*\\)$'\`; PRG=\`dirname "$PRG"\`/"$link"; done
PRGDIR=\`dirname "$PRG"\`
[ -z "$CATALINA_HOME" ] && CATALINA_HOME=\`cd "$PRGDIR/.." >/dev/null; pwd\`
if [ -z "$CATALINA_BASE" ]; then CATALINA_BASE="$CATALINA_HOME"; fi
CLASSPATH=
if [ -r "$CATALINA_BASE/bin/setenv.sh" ]; then . "$CATALINA_BASE/bin/setenv.sh"; elif [ -r "$CATALINA_HOME/bin/setenv.sh" ]; then . "$CATALINA_HOME/bin/setenv.sh"; fi
if [ -r "$CATALINA_HOME"/bin/setclasspath.sh ]; then . "$CATALINA_HOME"/bin/setclasspath.sh; else echo "no setclasspath"; exit 1; fi
if [ -z "$JSSE_OPTS" ]; then JSSE_OPTS="-Djdk.tls.ephemeralDHKeySize=2048"; fi
if [ "$1" = "jpda" ]; then shift; fi
if [ "$1" = "run" ]; then
  shift
  if [ "$1" = "-security" ]; then shift; fi
  eval exec "\\"$_RUNJAVA\\"" "\\"$LOGGING_CONFIG\\"" $LOGGING_MANAGER "$JAVA_OPTS" "$CATALINA_OPTS" \\
    -classpath "\\"$CLASSPATH\\"" org.apache.catalina.startup.Bootstrap "$@" start
fi`),
      "usr/local/tomcat/bin/setclasspath.sh":
        sh(`if [ -z "$JAVA_HOME" ] && [ -z "$JRE_HOME" ]; then JAVA_PATH=\`which java 2>/dev/null\`; if [ "x$JAVA_PATH" != "x" ]; then JRE_HOME=\`dirname $(dirname $JAVA_PATH)\`; fi; fi
if [ -z "$JRE_HOME" ]; then JRE_HOME="$JAVA_HOME"; fi
if [ -z "$_RUNJAVA" ]; then _RUNJAVA="$JRE_HOME"/bin/java; fi`),
      "opt/java/bin/java": ON_GLIBC,
      "usr/bin/expr": ON_GLIBC,
      "usr/bin/which": ON_GLIBC,
    },
    words: ["/usr/local/tomcat/bin/catalina.sh", "run"],
    env: ["PATH=/usr/bin:/bin", "JAVA_HOME=/opt/java", "CATALINA_HOME=/usr/local/tomcat"],
    expected: "glibc",
  },
  {
    name: "jenkins",
    base: "debian",
    files: {
      "sbin/tini": ON_GLIBC,
      "usr/local/bin/jenkins.sh": sh(
        `: "\${JENKINS_WAR:="/usr/share/jenkins/jenkins.war"}"
: "\${REF:="/usr/share/jenkins/ref"}"
touch "\${COPY_REFERENCE_FILE_LOG}" || { echo "cannot write"; exit 1; }
find "\${REF}" \\( -type f -o -type l \\) -exec bash -c '. /usr/local/bin/jenkins-support; for arg; do copy_reference_file "$arg"; done' _ {} +
if [[ $# -lt 1 ]] || [[ "$1" == "--"* ]]; then
  java_opts_array=()
  while IFS= read -r -d '' item; do java_opts_array+=( "$item" ); done < <([[ $JAVA_OPTS ]] && xargs printf '%s\\0' <<<"$JAVA_OPTS")
  readonly lifecycle_property='hudson.lifecycle'
  if [[ "\${JAVA_OPTS:-}" != *"\${lifecycle_property}"* ]]; then java_opts_array+=( "-D\${lifecycle_property}=x" ); fi
  exec java -Duser.home="$JENKINS_HOME" "\${java_opts_array[@]}" -jar "\${JENKINS_WAR}" "$@"
fi
exec "$@"`,
        "/bin/bash",
      ),
      "usr/local/bin/jenkins-support": bash(
        'copy_reference_file() { f="${1%/}"; cp -r "$f" /var/jenkins_home; }',
      ),
      "usr/share/jenkins/ref/a": sh("exit 0"),
      "usr/bin/java": ON_GLIBC,
    },
    words: ["/sbin/tini", "--", "/usr/local/bin/jenkins.sh"],
    env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
    expected: "glibc",
  },
  {
    name: "registry",
    base: "alpine",
    files: {
      "entry.sh": sh(
        'set -e\ncase "$1" in\n    *.yaml|*.yml) set -- registry serve "$@" ;;\n    serve|garbage-collect|help|-*) set -- registry "$@" ;;\nesac\nexec "$@"',
      ),
      "bin/registry": GO,
    },
    words: ["/entry.sh", "/etc/distribution/config.yml"],
    expected: "own-resolver",
  },
  {
    name: "mosquitto",
    base: "alpine",
    files: {
      "entry.sh": sh(
        'set -e\nuser="$(id -u)"\nif [ "$PUID" = "" ]; then PUID=1883; fi\nif [ "$user" = \'0\' ]; then [ -d "/mosquitto" ] && chown -R mosquitto:mosquitto /mosquitto || true; fi\nexec "$@"',
        "/bin/ash",
      ),
      "bin/ash": link("/bin/busybox"),
      "usr/sbin/mosquitto": ON_MUSL,
    },
    words: ["/entry.sh", "/usr/sbin/mosquitto", "-c", "x"],
    expected: "musl",
  },
  {
    name: "an s6-overlay image",
    base: "debian",
    files: {
      init: sh("exec /package/admin/s6-overlay/libexec/preinit"),
      "etc/cont-init.d/10-adduser": sh(
        'PUID=${PUID:-911}\nusermod -o -u "$PUID" abc\nlsiown abc:abc /app',
        "/usr/bin/with-contenv",
        "bash",
      ),
      "usr/bin/with-contenv": ON_GLIBC,
      "etc/services.d/app/run": sh(
        "exec s6-setuidgid abc /app/server -data /config",
        "/usr/bin/with-contenv",
        "bash",
      ),
      "command/s6-setuidgid": ON_GLIBC,
      "app/server": GO,
    },
    words: ["/init"],
    env: ["PATH=/command:/usr/bin:/bin"],
    expected: "own-resolver",
  },
  {
    name: "s6-rc with execline",
    base: "alpine",
    files: {
      init: sh("exec /package/admin/s6-overlay/libexec/preinit"),
      "etc/s6-overlay/s6-rc.d/app/run": sh(
        "with-contenv\nfdmove -c 2 1\nforeground { s6-echo starting }\ns6-setuidgid nobody\n/app/server --port 80",
        "/command/execlineb",
        "-P",
      ),
      "etc/s6-overlay/s6-rc.d/init-app/up": text("/etc/s6-overlay/scripts/init\n"),
      "etc/s6-overlay/scripts/init": sh("mkdir -p /config"),
      "command/execlineb": STATIC_MUSL,
      "command/s6-echo": STATIC_MUSL,
      "command/s6-setuidgid": STATIC_MUSL,
      "app/server": GO,
    },
    words: ["/init"],
    env: ["PATH=/usr/bin:/bin"],
    expected: "own-resolver",
  },
  {
    name: "supervisord",
    base: "alpine",
    files: {
      "usr/bin/supervisord": file([{ kind: "script", interpreter: "/usr/bin/python3", truncated: false }]),
      "usr/bin/python3": ON_MUSL,
      "etc/supervisord.conf": text(
        "[supervisord]\nnodaemon=true\n[include]\nfiles = /etc/supervisor.d/*.ini\n",
      ),
      "etc/supervisor.d/app.ini": text(
        "[program:app]\ncommand=/app/server --port %(ENV_PORT)s ; the server\nautorestart=true\n",
      ),
      "app/server": GO,
    },
    words: ["supervisord", "-c", "/etc/supervisord.conf"],
    expected: "own-resolver",
  },
  {
    name: "a worker that waits for its database",
    base: "alpine",
    files: {
      "wait-for": sh(`TIMEOUT=15
while [ $# -gt 0 ]; do
  case "$1" in
    *:* ) HOST=$(printf "%s\\n" "$1" | cut -d : -f 1); PORT=$(printf "%s\\n" "$1" | cut -d : -f 2); shift 1 ;;
    -t) TIMEOUT="$2"; shift 2 ;;
    --) shift; break ;;
    *) exit 1 ;;
  esac
done
for i in \`seq $TIMEOUT\` ; do
  nc -z "$HOST" "$PORT" > /dev/null 2>&1
  result=$?
  if [ $result -eq 0 ] ; then if [ $# -gt 0 ] ; then exec "$@"; fi; exit 0; fi
  sleep 1
done
exit 1`),
      "app/server": GO,
    },
    words: ["/wait-for", "db:5432", "--", "/app/server"],
    expected: "`nc` in /wait-for",
  },
  {
    name: "docker's dind",
    base: "alpine",
    files: {
      "entry.sh": sh(`set -eu
_should_tls() { [ -n "\${DOCKER_TLS_CERTDIR:-}" ] && [ -s "$DOCKER_TLS_CERTDIR/client/ca.pem" ]; }
if [ "$#" -eq 0 ] || [ "\${1#-}" != "$1" ]; then
	set -- dockerd --host=unix:///var/run/docker.sock --host=tcp://0.0.0.0:2375 "$@"
fi
if [ "$1" = 'dockerd' ]; then
	find /run /var/run -iname 'docker*.pid' -delete || :
	if ! iptables -nL > /dev/null 2>&1; then modprobe ip_tables || :; fi
	uid="$(id -u)"
	if [ "$uid" != '0' ]; then exec rootlesskit --net=slirp4netns "$@"; fi
	set -- dind "$@"
fi
exec "$@"`),
      "usr/bin/dind": sh(
        'set -e\nexport container=docker\nif [ -d /sys/kernel/security ] && ! mountpoint -q /sys/kernel/security; then mount -t securityfs none /sys/kernel/security || { echo no >&2; }; fi\nif [ $# -gt 0 ]; then exec "$@"; fi\necho none >&2',
      ),
      "usr/bin/dockerd": GO,
      "usr/bin/rootlesskit": GO,
      "bin/mount": link("/bin/busybox"),
    },
    words: ["/entry.sh"],
    expected: "own-resolver",
  },
  {
    name: "a bitnami image",
    base: "debian",
    files: {
      "opt/bitnami/scripts/redis/entrypoint.sh": sh(
        `set -o errexit
set -o nounset
set -o pipefail
. /opt/bitnami/scripts/redis-env.sh
. /opt/bitnami/scripts/libbitnami.sh
print_welcome_page
if [[ "$*" = *"/opt/bitnami/scripts/redis/run.sh"* || "$*" = *"/run.sh"* ]]; then
    info "** Starting Redis setup **"
    /opt/bitnami/scripts/redis/setup.sh
fi
echo ""
exec "$@"`,
        "/bin/bash",
      ),
      "opt/bitnami/scripts/redis-env.sh": sh(
        `. /opt/bitnami/scripts/liblog.sh
export BITNAMI_ROOT_DIR="/opt/bitnami"
redis_env_vars=( REDIS_DATA_DIR REDIS_PASSWORD )
for env_var in "\${redis_env_vars[@]}"; do
    file_env_var="\${env_var}_FILE"
    if [[ -n "\${!file_env_var:-}" ]]; then
        if [[ -r "\${!file_env_var:-}" ]]; then export "\${env_var}=$(< "\${!file_env_var}")"; unset "\${file_env_var}"; else warn "Skipping"; fi
    fi
done
export PATH="\${BITNAMI_ROOT_DIR}/redis/bin:$PATH"`,
        "/bin/bash",
      ),
      "opt/bitnami/scripts/liblog.sh": sh(
        'log() { printf "%s\\n" "${*}" >&2; }\ninfo() { log "INFO ${*}"; }\nwarn() { log "WARN ${*}"; }',
        "/bin/bash",
      ),
      "opt/bitnami/scripts/libbitnami.sh": sh(
        'print_welcome_page() { if [[ -z "${DISABLE_WELCOME_MESSAGE:-}" ]]; then if [[ -n "$BITNAMI_APP_NAME" ]]; then info "Welcome"; fi; fi; }',
        "/bin/bash",
      ),
      "opt/bitnami/scripts/redis/setup.sh": sh(
        ". /opt/bitnami/scripts/redis-env.sh\nmkdir -p /bitnami",
        "/bin/bash",
      ),
      "opt/bitnami/scripts/redis/run.sh": sh(
        '. /opt/bitnami/scripts/redis-env.sh\nargs=("--daemonize" "no")\nif [[ -n "${REDIS_EXTRA_FLAGS:-}" ]]; then read -r -a extra <<< "$REDIS_EXTRA_FLAGS"; args+=("${extra[@]}"); fi\nargs+=("$@")\nexec redis-server "${args[@]}"',
        "/bin/bash",
      ),
      "opt/bitnami/redis/bin/redis-server": ON_GLIBC,
    },
    words: ["/opt/bitnami/scripts/redis/entrypoint.sh", "/opt/bitnami/scripts/redis/run.sh"],
    expected: "glibc",
  },
  {
    name: "a JVM launcher of Gradle's",
    base: "debian",
    files: {
      "app/bin/server": sh(`app_path=$0
while APP_HOME=\${app_path%"\${app_path##*/}"}; [ -h "$app_path" ]; do ls=$( ls -ld "$app_path" ); link=\${ls#*' -> '}; case $link in /*) app_path=$link ;; *) app_path=$APP_HOME$link ;; esac; done
APP_HOME=$( cd "\${APP_HOME:-./}.." > /dev/null && pwd -P ) || exit
CLASSPATH=$APP_HOME/lib/server.jar
if [ -n "$JAVA_HOME" ] ; then
    if [ -x "$JAVA_HOME/jre/sh/java" ] ; then JAVACMD=$JAVA_HOME/jre/sh/java; else JAVACMD=$JAVA_HOME/bin/java; fi
    if [ ! -x "$JAVACMD" ] ; then exit 1; fi
else
    JAVACMD=java
    if ! command -v java >/dev/null 2>&1 ; then exit 1; fi
fi
set -- -classpath "$CLASSPATH" com.example.Main "$@"
eval "set -- $( printf '%s\\n' "$DEFAULT_JVM_OPTS $JAVA_OPTS" | xargs -n1 | sed ' s~[^-[:alnum:]+,./:=@_]~\\\\&~g; ' | tr '\\n' ' ' )" '"$@"'
exec "$JAVACMD" "$@"`),
      "opt/java/bin/java": ON_GLIBC,
    },
    words: ["/app/bin/server"],
    env: ["PATH=/usr/bin:/bin", "JAVA_HOME=/opt/java"],
    // `xargs | sed` quotes the words for eval: what sed makes of them is not followed.
    expected: "unknown: What `eval` in /app/bin/server runs is only known when it runs",
  },
  {
    name: "npm start",
    base: "debian",
    files: {
      "usr/bin/npm": file([
        { kind: "script", interpreter: "/usr/bin/env", argument: "node", truncated: false },
      ]),
      "usr/bin/node": ON_GLIBC,
      "srv/package.json": text('{"scripts":{"prestart":"mkdir -p /tmp/x","start":"node server.js"}}'),
    },
    words: ["sh", "-c", "cd /srv && npm start"],
    expected: "glibc",
  },
  {
    name: "npm start of a musl program",
    base: "alpine",
    files: {
      "usr/bin/npm": file([
        { kind: "script", interpreter: "/usr/bin/env", argument: "node", truncated: false },
      ]),
      "usr/bin/node": GO,
      "srv/package.json": text('{"scripts":{"start":"/srv/native"}}'),
      "srv/native": ON_MUSL,
    },
    words: ["sh", "-c", "cd /srv && npm start"],
    expected: "`native` in sh -c",
  },
];

describe("images in the shape of well-known ones", () => {
  it.each(SHAPES)("$name", ({ base, files, words, env, expected }) => {
    const layers = [base === "alpine" ? alpine() : DEBIAN, { entries: { ...tools(base), ...files } }];
    const image = config({
      entrypoint: words,
      env: env ?? ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    });
    const process = startProcessWith(whenNeeded, fileSystem(...layers), image, {});
    const got =
      process.kind === "uses-glibc"
        ? "glibc"
        : process.kind === "uses-musl"
          ? "musl"
          : process.kind === "mixed" && process.musl === undefined
            ? base === "debian"
              ? "glibc"
              : "mixed"
            : process.kind === "mixed"
              ? `mixed: ${process.reason}`
              : process.kind === "unknown"
                ? `unknown: ${process.reason}`
                : process.kind;
    if (expected.startsWith("`")) expect(got).toContain(expected);
    else expect(got).toBe(expected);
  });
});
