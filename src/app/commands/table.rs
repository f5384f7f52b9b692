//! Tables for people: cells as wide as the widest of their column, with tabs between them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A table in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// The widest that a column may get; 0 for no bound.
    max_column_width: usize,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(max_column_width: usize) -> Self {
        Self { rows: Vec::new(), max_column_width }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = impl ToString>) {
        self.rows.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    /// The text, without a line break at its end.
    pub(super) fn text(&self) -> String {
        let widths = self.widths();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| sized(cell, *width));
            cells.collect::<Vec<_>>().join("\t")
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let width = cells.map(|cell: &String| cell.width()).max().unwrap_or(0);
            if self.max_column_width == 0 { width } else { width.min(self.max_column_width) }
        };
        (0..columns).map(widest).collect()
    }
}

/// The cell with blanks behind it, or cut with three dots at its end.
fn sized(cell: &str, width: usize) -> String {
    let own = cell.width();
    if width == 0 || own <= width {
        return format!("{cell}{}", " ".repeat(width.saturating_sub(own)));
    }
    // The first letter stays, however narrow the column is.
    let mut cut = String::new();
    let mut taken = 0;
    for letter in cell.chars() {
        cut.push(letter);
        let letter = letter.width().unwrap_or(0);
        if taken + letter + 3 >= width {
            break;
        }
        taken += letter;
    }
    cut + "..."
}
