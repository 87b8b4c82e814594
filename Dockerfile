# The demo without anything to install:
#
#   docker build -t visual-search-demo .
#   docker run --rm --init --network host visual-search-demo              # with the shop's page, until Ctrl-C
#   docker run --rm --init visual-search-demo make demo ARGS=--once       # tries it and leaves
#
# It serves on the loopback address alone, hence the host's network for the page.
FROM node:22-trixie-slim

RUN apt-get update && apt-get install -y --no-install-recommends make python3-venv && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN chown node /app
USER node
COPY --chown=node . .
RUN make setup

CMD ["make", "demo"]
