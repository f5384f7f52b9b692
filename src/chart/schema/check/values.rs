//! Keywords for values of every type.

use super::checker::{Checker, Visit};
use crate::schema::document::{Data, Document, NodeId};
use crate::schema::format::Format;
use crate::schema::number::Decimal;
use crate::schema::program::{Keyword, Types};
use crate::schema::quoting::single_quoted;
use go_text_template::data::Failure;

impl Checker<'_> {
    pub(super) fn types(&mut self, visit: &mut Visit<'_>, wanted: Types) -> Result<(), Failure> {
        let found = type_of(visit.instance.data);
        let fits =
            wanted.meets(found) || wanted.meets(Types::INTEGER) && is_integer(visit.instance.data);
        if fits {
            return Ok(());
        }
        let names = || format!("got {}, want {}", found.names()[0], wanted.names().join(" or "));
        self.fail(visit, names)
    }

    pub(super) fn constant(
        &mut self,
        visit: &mut Visit<'_>,
        keyword: &Keyword,
    ) -> Result<(), Failure> {
        let (Keyword::Const(place) | Keyword::Enum(place)) = keyword else { return Ok(()) };
        let wanted = self.program.document(*place);
        let own = self.subject.document;
        let equal = |node: &NodeId| own.equal_data(visit.instance.data, wanted, *node);
        let fits = match (keyword, wanted.data(place.node)) {
            (Keyword::Enum(_), Data::List(items)) => items.iter().any(equal),
            _ => equal(&place.node),
        };
        if fits {
            return Ok(());
        }
        let (keyword, nodes) = match (keyword, wanted.data(place.node)) {
            (Keyword::Enum(_), Data::List(items)) => ("enum", items.clone()),
            _ => ("const", vec![place.node]),
        };
        self.fail(visit, || must_be(wanted, keyword, &nodes))
    }

    pub(super) fn format(&mut self, visit: &mut Visit<'_>, format: &Format) -> Result<(), Failure> {
        let Data::String(text) = visit.instance.data else { return Ok(()) };
        let Err(why) = format.check(text) else { return Ok(()) };
        self.fail(visit, || {
            format!("{} is not valid {}: {why}", single_quoted(text), format.name())
        })
    }
}

fn type_of(data: &Data) -> Types {
    match data {
        Data::Null => Types::NULL,
        Data::Bool(_) => Types::BOOLEAN,
        Data::Number(_) | Data::Unspeakable => Types::NUMBER,
        Data::String(_) => Types::STRING,
        Data::List(_) => Types::ARRAY,
        Data::Map(_) => Types::OBJECT,
    }
}

fn is_integer(data: &Data) -> bool {
    match data {
        Data::Number(text) => Decimal::parse(text).is_some_and(|value| value.is_integer()),
        _ => false,
    }
}

/// What a value has to be that is none of those at `nodes`.
fn must_be(wanted: &Document, keyword: &str, nodes: &[NodeId]) -> String {
    let simple = |node: &NodeId| match wanted.data(*node) {
        Data::Null => Some("<nil>".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Number(text) => Some(text.to_string()),
        Data::String(text) => Some(single_quoted(text)),
        _ => None,
    };
    let shown: Option<Vec<String>> = nodes.iter().map(simple).collect();
    match shown.as_deref() {
        None => format!("'{keyword}' failed"),
        Some([one]) => format!("value must be {one}"),
        Some(several) => format!("value must be one of {}", several.join(", ")),
    }
}
