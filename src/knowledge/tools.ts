/**
 * Small programs that scripts run, by name: which look up no names, and which do only in certain calls. Must hold data
 * only. Read on 2026-11-25 from busybox 1.36.1 (libbb/xconnect.c and its callers in networking/) and the tools' manuals.
 */
/** How a program's words say which names it will look up. */
export interface LookupTool {
  /**
   * Which of its operands are hosts: every one, those from the second on, only the first, only URLs, or none that
   * can be told, so that any call may look a name up. `shares`: the first, where it is `host:/path`, `//host/share`, or
   * of such a type.
   */
  readonly hosts: "all" | "later" | "first" | "urls" | "shares" | "any";
  /** Options of one dash that take the next word as their value. */
  readonly valued?: string;
  /** The same of two dashes. */
  readonly long?: readonly string[];
  /** Options whose value is a host. */
  readonly hostOptions?: readonly string[];
  /** First operands with which it looks names up; with any other it does not. */
  readonly commands?: readonly string[];
  /** Options with which it looks up nothing at all. */
  readonly quiet?: readonly string[];
  /** Options without which it looks up nothing. */
  readonly only?: readonly string[];
  /** Options whose value is a connection string: a URL, or one with `host=`; a plain name in it is a database's. */
  readonly connections?: readonly string[];
  /** Options that name a file in which names stand. */
  readonly lists?: readonly string[];
  /** Options with which it asks a socket of the file system. */
  readonly sockets?: readonly string[];
  /** Variables that name the host where no option does. */
  readonly variables?: readonly string[];
  /** It is told so of busybox's applet alone: other programs have the name, too. */
  readonly applet?: true;
  /** Where no host is named, it takes one from its environment or its settings. */
  readonly settings?: true;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * They open no connection and look up no name, and start no other program that their words name. Of busybox's applets
 * all that call neither `str2sockaddr` nor `xhost2sockaddr` (libbb/xconnect.c) nor `gethostby*`.
 */
export const NEVER_LOOK_UP: ReadonlySet<string> = new Set(
  words(`
  [ [[ acpid add-shell addgroup adduser adjtimex ar arch ascii awk b2sum base32 base64 basename basenc bbconfig bc beep
  blkdiscard blkid blockdev bunzip2 bzcat bzip2 cal cat chattr chcon chgrp chmod chown chpasswd chvt cksum clear cmp comm
  cp cpio crc32 cryptpw csplit cut date dc dd deallocvt delgroup deluser depmod devmem df diff dir dircolors dirname
  dmesg dos2unix du dumpkmap echo ed egrep eject envsubst expand expr factor fallocate false fatattr fbset fdflush fdisk
  fgrep file findfs fmt fold free freeramdisk fsck fsfreeze fstrim fsync fuser gawk gettext getfattr getopt getty
  getfacl grep groupadd groupdel groupmod groups gunzip gzip halt hd head hexdump hostid hwclock iconv id insmod
  install ionice iostat ip ipaddr ipcalc ipcrm ipcs iplink ipneigh iproute iprule iptunnel jq kbd_mode kill killall
  killall5 last ldconfig less link ln loadfont loadkmap locale locale-gen localedef logname logread losetup ls lsattr
  lsmod lsof lspci lsusb lzcat lzma lzop lzopcat makemime mawk md5sum mdev mesg microcom mkdir mkdosfs mkfifo mkfs
  mkfs.vfat mknod mkpasswd mkswap mktemp modinfo modprobe more mountpoint mpstat mv nanddump nandwrite nl nmeter nproc
  nologin numfmt od openvt partprobe passwd paste patch pathchk pgrep pidof pinky pipe_progress pivot_root pkill pmap
  poweroff pr printenv printf ps pscan pstree ptx pwd pwdx raidautorun readahead readelf readlink realpath reboot
  reformime remove-shell renice reset resize rev rfkill rm rmdir rmmod runcon sed seq setconsole setfacl setfattr setfont
  setkeycodes setlogcons setserial sha1sum sha224sum sha256sum sha384sum sha3sum sha512sum showkey shred shuf sleep sort
  split stat strings stty sum swapoff swapon sync sysctl tac tail tar tee test top touch tput tr tree true truncate ts
  tsort tty ttysize tunctl tzselect ubirename umount uname uncompress unexpand uniq unix2dos unlink unlzma unlzop unxz
  unzip update-ca-certificates uptime usermod useradd userdel users usleep uudecode uuencode vconfig vdir vi vlock volname
  vmstat watchdog wc which whoami xxd xz xzcat yes yq zcat zip zstd zstdcat
  `),
);

/** Parts of process supervisors that start only what their words or folders name, and are followed by those. */
export const SUPERVISION_TOOLS: ReadonlySet<string> = new Set(
  words(`
  s6-svc s6-svok s6-svwait s6-svstat s6-log s6-mkfifodir s6-echo s6-touch s6-mkdir
  s6-chown s6-chmod s6-ls s6-test s6-hiercopy s6-true s6-false s6-pause s6-nuke s6-rmrf s6-ln s6-rename s6-linux-init
  s6-rc s6-rc-init s6-rc-db s6-rc-compile s6-overlay-suexec fix-attrs sv svlogd printcontenv
  `),
);

/** By name, what makes them look a name up. */
export const LOOKUP_TOOLS: Readonly<Record<string, LookupTool>> = {
  // busybox, networking/wget.c: the host of each URL, and the proxy's.
  wget: {
    hosts: "all",
    valued: "OoTtUPYyeaQRBwl",
    long: words(
      "output-document output-file timeout tries user-agent directory-prefix proxy header post-data post-file",
    ),
    quiet: ["--help", "--version", "-V"],
    // GNU's.
    lists: ["-i", "--input-file"],
  },
  curl: {
    hosts: "all",
    valued: "AbBcCdDeEFHhIKmoPQrtTuUwxXyYz",
    long: words(
      "output data data-binary data-raw data-urlencode header user user-agent request max-time connect-timeout retry retry-delay retry-max-time write-out cacert capath cert key form upload-file cookie cookie-jar referer unix-socket range config",
    ),
    hostOptions: ["-x", "--proxy"],
    lists: ["-K", "--config"],
    sockets: ["--unix-socket", "--abstract-unix-socket"],
    quiet: ["--help", "--version", "-V", "-h"],
  },
  // busybox, networking/nc.c; with -l it only listens.
  nc: { hosts: "first", valued: "wpiseqO", quiet: ["-h", "--help"] },
  netcat: { hosts: "first", valued: "wpiseqO", quiet: ["-h", "--help"] },
  ncat: { hosts: "first", valued: "wpiseg", quiet: ["-h", "--help", "--version"] },
  ping: { hosts: "first", valued: "cWwIstmpqi", quiet: ["--help", "-V"] },
  ping6: { hosts: "first", valued: "cWwIstmpqi", quiet: ["--help", "-V"] },
  arping: { hosts: "first", valued: "cwIs" },
  traceroute: { hosts: "first", valued: "fgimpqstw" },
  traceroute6: { hosts: "first", valued: "fimpqstw" },
  telnet: { hosts: "first", valued: "l" },
  ftpget: { hosts: "first", valued: "upP" },
  ftpput: { hosts: "first", valued: "upP" },
  tftp: { hosts: "first", valued: "lrb" },
  whois: { hosts: "any" },
  rdate: { hosts: "all" },
  ntpd: { hosts: "any", quiet: ["--help"] },
  sendmail: { hosts: "any", applet: true },
  "ether-wake": { hosts: "all", valued: "ip" },
  "nbd-client": { hosts: "first" },
  nslookup: { hosts: "all" },
  syslogd: { hosts: "all", applet: true, valued: "mOlsbRfn", hostOptions: ["-R"] },
  logger: { hosts: "urls", applet: true, valued: "tpsfniPSuh", hostOptions: ["-n", "--server"] },
  // busybox, networking/hostname.c: only the long name, the domain and the address are looked up.
  hostname: { hosts: "any", only: words("-f -d -i -I -A --fqdn --long --domain --ip-address") },
  dnsdomainname: { hosts: "any" },
  dnsd: { hosts: "urls", applet: true },
  // busybox, util-linux/mount.c, nfsmount and singlemount.
  mount: { hosts: "shares", applet: true, valued: "toO" },
  // nfs-utils, utils/mount/network.c; cifs-utils, resolve_host.c.
  "mount.nfs": { hosts: "first", valued: "o" },
  "mount.nfs4": { hosts: "first", valued: "o" },
  "mount.cifs": { hosts: "first", valued: "o" },
  ifconfig: { hosts: "later" },
  route: { hosts: "later" },
  arp: { hosts: "any" },
  netstat: {
    hosts: "any",
    quiet: words("-n -tn -ln -tln -tnl -lnt -nlt -ltn -ntl -tuln -tulnp -tlnp -anp -an -rn"),
  },
  who: { hosts: "urls", applet: true },
  w: { hosts: "urls", applet: true },
  login: { hosts: "urls", applet: true },
  brctl: { hosts: "urls", applet: true },
  ssl_client: { hosts: "all", applet: true },
  udhcpc: { hosts: "urls", applet: true },
  udhcpc6: { hosts: "urls", applet: true },
  zcip: { hosts: "urls", applet: true },
  httpd: { hosts: "urls", applet: true, valued: "pcurhm" },
  // musl-utils' getent: measured, only these ask for A and AAAA in one lookup.
  getent: { hosts: "later", commands: words("ahosts ahostsv6") },
  apk: { hosts: "any", commands: words("add update upgrade fetch cache search policy fix del dist-upgrade") },
  openssl: {
    hosts: "any",
    commands: words("s_client s_time ocsp cmp ts http_get"),
  },
  git: {
    hosts: "any",
    commands: words(
      "clone fetch pull push ls-remote submodule remote archive lfs send-email svn daemon request-pull",
    ),
  },
  // libpq, fe-connect.c: a host that begins with a slash is a socket's folder.
  pg_isready: {
    hosts: "urls",
    valued: "hptU",
    hostOptions: ["-h", "--host"],
    connections: ["-d", "--dbname"],
    variables: ["PGHOST", "PGSERVICE"],
    settings: true,
  },
  "redis-cli": { hosts: "urls", valued: "hpsarnu", hostOptions: ["-h", "-u"] },
  mysqladmin: { hosts: "urls", valued: "hpuSP", hostOptions: ["-h", "--host"], settings: true },
  // The interpreters tell their own version without looking anything up.
  node: { hosts: "any", quiet: ["--version", "-v", "--help", "-h"] },
  python: { hosts: "any", quiet: ["--version", "-V", "--help", "-h"] },
  python3: { hosts: "any", quiet: ["--version", "-V", "--help", "-h"] },
  ruby: { hosts: "any", quiet: ["--version", "--help", "-h"] },
  php: { hosts: "any", quiet: ["--version", "-v", "--help", "-h"] },
  perl: { hosts: "any", quiet: ["--version", "-v", "--help", "-h"] },
  java: {
    hosts: "any",
    quiet: ["-version", "--version", "-help", "--help"],
  },
  nginx: { hosts: "any", quiet: ["-v", "-V", "-h"] },
};

/** Variables that name a proxy, whose own name is looked up (busybox, networking/wget.c; libcurl, CURLOPT_PROXY). */
export const PROXY_VARIABLES: readonly string[] = words(
  "http_proxy https_proxy ftp_proxy all_proxy HTTPS_PROXY ALL_PROXY",
);

/** Names that every pod's /etc/hosts answers (kubelet, kubelet_pods.go, managedHostsFileContent). */
export const HOSTS_OF_EVERY_POD: readonly string[] = words("localhost ip6-localhost ip6-loopback");

/** Names of functions that start another program, there. */
export const STARTING_SYMBOLS: readonly string[] = words(
  "execve execv execvp execvpe execl execlp execle fexecve posix_spawn posix_spawnp system popen wordexp",
);

/** Names of functions that look names up, or bring in code that may, in a program's table of dynamic symbols. */
export const RESOLVER_SYMBOLS: readonly string[] = words(
  "getaddrinfo gethostbyname gethostbyname2 gethostbyname_r gethostbyname2_r res_query res_search res_querydomain res_send dlopen",
);

/** What C code calls that opens connections by itself, there. */
export const CONNECTING_SYMBOL = "connect";

/**
 * C libraries of clients that look up their server's name with the C library's getaddrinfo (librdkafka, rdaddr.c; libpq,
 * fe-connect.c; libmysqlclient, sql-common/client.cc; libgit2, streams/socket.c; hiredis, net.c; libzmq, ip_resolver.cpp;
 * mosquitto, net_mosq.c; rabbitmq-c, amqp_socket.c; OpenLDAP, os-ip.c; libssh, connect.c). curl may have c-ares.
 */
export const NETWORK_LIBRARIES =
  /^lib(?:rdkafka|pq|mysqlclient|mariadb|git2|hiredis|zmq|mosquitto|rabbitmq|ldap|ssh)\b/;

/** Libraries that people preload for memory, time, files and users, which have no resolver (jemalloc, gperftools, mimalloc, libeatmydata, faketime, fakeroot, nss_wrapper; GCC's own). */
export const HARMLESS_PRELOADS =
  /^lib(?:jemalloc|tcmalloc|mimalloc|eatmydata|faketime|fakeroot|nss_wrapper|stdc\+\+|gcc_s|gomp|iomp5|asan|tsan|ubsan)\b/;
