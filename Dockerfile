# The command line on glibc, as one more way to get it. Release images are built on the digest that the base's name has that day.
ARG BASE=docker.io/library/node:24-slim
FROM ${BASE}
COPY LICENSE dist /opt/muslgate/
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["node", "/opt/muslgate/cli.js"]
