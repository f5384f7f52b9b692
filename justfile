# Recipes for those who work on chart; everything works without `just` as well.

default:
    @just --list

# Everything that CI checks
check:
    .ci/run

# Tests whose name contains FILTER
test FILTER="":
    cargo test --release -- {{FILTER}}

# Expectations again, from both Helms: HELM3=… HELM4=… just record
record:
    testdata/record

# Other releases of Helm: records all, lists what they say differently. HELM3=… HELM4=… just adopt
adopt:
    testdata/adopt

# One fuzz target for a while
fuzz TARGET SECONDS="600":
    cd fuzz && cargo fuzz run -s none {{TARGET}} -- -max_total_time={{SECONDS}}

# How long the rooms take; FILTER is a part of a benchmark's name
bench FILTER="":
    cargo bench -- {{FILTER}}

# A race against the real Helms: HELM3=… HELM4=… just race
race *WORDS:
    benches/race {{WORDS}}

# The documentation of the library
docs:
    cargo doc --no-deps --open
