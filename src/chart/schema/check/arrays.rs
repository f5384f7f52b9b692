//! Keywords for arrays.

use super::checker::{Checker, Rejected, Visit};
use crate::schema::document::NodeId;
use crate::schema::draft::Draft;
use crate::schema::duplicates::first_duplicate;
use crate::schema::number;
use crate::schema::program::{Items, Keyword, Rest, Schema, SchemaId};
use go_text_template::data::Failure;

impl Checker<'_> {
    pub(super) fn array_keyword(
        &mut self,
        visit: &mut Visit<'_>,
        rules: &Schema,
        items: &[NodeId],
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        match keyword {
            Keyword::MinItems(min) => self.at_least(visit, "minItems", items.len() as i64, *min),
            Keyword::MaxItems(max) => self.at_most(visit, "maxItems", items.len() as i64, *max),
            Keyword::UniqueItems => match first_duplicate(self.subject.document, items) {
                None => Ok(()),
                Some((first, second)) => self.fail(visit, || {
                    let (first, second) =
                        (number::grouped(first as i64), number::grouped(second as i64));
                    format!("items at {first} and {second} are equal")
                }),
            },
            Keyword::Items(own) => self.items(visit, items, own),
            Keyword::Contains { schema, min, max } => {
                let closes = rules.draft >= Draft::Draft2020;
                self.contains(visit, items, *schema, (*min, *max), closes)
            }
            Keyword::UnevaluatedItems(schema) => {
                let open = std::mem::take(&mut visit.open);
                let members = items.iter().enumerate().filter(|(at, _)| open.contains(*at));
                for (_, node) in members {
                    self.check_member(visit, *schema, *node)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        visit: &mut Visit<'_>,
        items: &[NodeId],
        own: &Items,
    ) -> Result<(), Failure> {
        for (node, schema) in items.iter().zip(&own.first) {
            self.check_member(visit, *schema, *node)?;
        }
        let more = items.get(own.first.len()..).unwrap_or_default();
        match own.rest {
            Rest::Schema(schema) => {
                more.iter().try_for_each(|node| self.check_member(visit, schema, *node))
            }
            Rest::Forbidden if !more.is_empty() => {
                let count = number::grouped(more.len() as i64);
                self.fail(visit, || format!("last {count} additionalItem(s) not allowed"))
            }
            _ => Ok(()),
        }
    }

    fn contains(
        &mut self,
        visit: &mut Visit<'_>,
        items: &[NodeId],
        schema: SchemaId,
        (min, max): (Option<i64>, Option<i64>),
        closes: bool,
    ) -> Result<(), Failure> {
        let mut causes = Vec::new();
        let mut matched = Vec::new();
        for (at, node) in items.iter().enumerate() {
            match self.member(schema, *node)? {
                Some(Rejected(fault)) => causes.extend(fault.map(|fault| *fault)),
                None => {
                    matched.push(at);
                    if closes {
                        visit.open.close(at);
                    }
                }
            }
        }
        let count = matched.len() as i64;
        match min {
            Some(min) if count < min => {
                self.fail_because(visit, causes, || too_few(&matched, min))?;
            }
            None if count == 0 => {
                self.fail_because(visit, causes, || "no items match contains schema".into())?;
            }
            _ => {}
        }
        match max {
            Some(max) if count > max => self.fail(visit, || too_many(&matched, max)),
            _ => Ok(()),
        }
    }
}

fn too_few(matched: &[usize], min: i64) -> String {
    let min = number::grouped(min);
    match matched {
        [] => format!("min {min} items required to match contains schema, but none matched"),
        matched => format!(
            "min {min} items required to match contains schema, but matched {}",
            places(matched)
        ),
    }
}

fn too_many(matched: &[usize], max: i64) -> String {
    let max = number::grouped(max);
    format!("max {max} items required to match contains schema, but matched {}", places(matched))
}

fn places(matched: &[usize]) -> String {
    let at: Vec<String> = matched.iter().map(usize::to_string).collect();
    format!("{} items at {}", number::grouped(matched.len() as i64), at.join(" "))
}
