//! How large charts may be.

/// All files of an archive together, decompressed; in Helm 4 also those of a directory.
pub(super) const MOST_CHART_BYTES: u64 = 100 << 20;
/// All files of a directory together where Helm 3 has no bound.
pub(super) const MOST_DIRECTORY_BYTES: u64 = 512 << 20;
/// Files, directories and links in a directory, each counted whenever the walk meets it.
pub(super) const MOST_ENTRIES: usize = 100_000;
/// Links among them: a few that lead to directories with others make any number of entries.
pub(super) const MOST_LINKS: usize = 10_000;
/// A single file, in Helm 3.
pub(super) const MOST_FILE_BYTES: u64 = 5 << 20;
/// What any other file, and standard input, may not have.
pub(super) const MOST_READ_BYTES: u64 = 256 << 20;
/// Everything that the archives of a chart inflate to: the chart itself, archives within it, and
/// what is skipped in them. Helm gives each archive the whole [`MOST_CHART_BYTES`] anew, so that a
/// small file could fill any memory.
pub(super) const MOST_INFLATED_BYTES: u64 = 256 << 20;
