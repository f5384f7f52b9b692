# The program alone: a static binary on an image that has nothing else but the certificates of public
# authorities, without which it could fetch nothing over TLS, and a folder for what is temporary.
#
#   docker build -t chart .
#   docker run --rm -v "$PWD:/work" -w /work chart bundle shop ./shop -o bundle.yaml
FROM rust:1-alpine AS build
RUN apk add --no-cache bash build-base linux-headers perl cmake ca-certificates
WORKDIR /source
COPY . .
RUN mkdir -p /image/usr/local/bin /image/etc/ssl/certs && mkdir -m 1777 /image/tmp \
 && cp "$(dist/build)" /image/usr/local/bin/chart \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/

FROM scratch
COPY --from=build /image /
ENTRYPOINT ["/usr/local/bin/chart"]
