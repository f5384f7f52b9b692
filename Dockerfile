# The program alone: a static binary on an empty image.
#
#   docker build -t chart .
#   docker run --rm -v "$PWD:/work" -w /work chart bundle shop ./shop -o bundle.yaml
FROM rust:1-alpine AS build
RUN apk add --no-cache build-base linux-headers perl cmake
WORKDIR /source
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /source/target/release/chart /chart
ENTRYPOINT ["/chart"]
