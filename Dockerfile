# An image with the program and nothing else: no shell, no package manager, not root. `make image` gives it the version.
#
#   docker run --rm --read-only -v "$PWD/pipelines:/etc/feedspine:ro" -v feedspine:/var/lib/feedspine \
#       feedspine run --watch --state /var/lib/feedspine/news.db /etc/feedspine/news.yaml
#
# Outputs stand in the volume, too, where the pipeline names them by absolute paths. There is no HEALTHCHECK: the image
# has nothing to ask with, and the program ends when it fails. With --http an orchestrator asks /live and /ready.

FROM swift:6.3.1-bookworm AS build
WORKDIR /source
COPY scripts/setup scripts/setup
RUN scripts/setup --dist && rm -rf /var/lib/apt/lists/*
COPY . .
ARG FEEDSPINE_VERSION
ARG SOURCE_DATE_EPOCH
RUN scripts/dist --scratch /build --output /dist \
    && mkdir -p /archive /image/var/lib/feedspine \
    && tar -xzf /dist/*.tar.gz -C /archive --strip-components 1 \
    && DESTDIR=/image PREFIX=/usr /archive/install.sh \
    && rm -rf /image/usr/lib

# The C library, libgcc, certificates and time zones; nonroot is 65532.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /image/usr /usr
COPY --from=build --chown=65532:65532 /image/var/lib/feedspine /var/lib/feedspine
USER 65532:65532
WORKDIR /var/lib/feedspine
VOLUME /var/lib/feedspine
ENTRYPOINT ["/usr/bin/feedspine-run"]
CMD ["--help"]
