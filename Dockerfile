# The webshop: one static binary in an empty image, run by a user without rights.
#
#   docker build -t webshop .
#   docker run -p 8080:8080 -v webshop:/data webshop
#
# That is the whole shop on one machine. deploy/compose.yaml runs it as one process per service.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/webshop ./cmd/webshop
RUN mkdir /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/webshop /webshop
USER 65532:65532
ENV WEBSHOP_DATA_DIR=/data WEBSHOP_PUBLIC_ADDR=:8080
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["/webshop", "ready"]
ENTRYPOINT ["/webshop"]
