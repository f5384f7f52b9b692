//! Kubernetes' templates of `JSONPath`, as `kubectl -o jsonpath=…` takes them.
//!
//! In: a template and a value. Out: the texts of what the template's paths lead to. Where Go goes
//! through a map in random order, we go in byte order of the keys.

mod evaluate;
mod node;
mod parse;
mod unquote;

use crate::data::Value;
use node::List;

pub use evaluate::TooMuch;
pub use parse::Error;

/// A template that was parsed.
#[derive(Clone, Debug)]
pub struct Template {
    nodes: Vec<List>,
}

impl Template {
    /// Parses `text`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self { nodes: parse::template(text)? })
    }

    /// The text that the template makes of `value`; `None` if a path leads nowhere.
    pub fn execute(&self, value: &Value) -> Result<Option<Vec<u8>>, TooMuch> {
        evaluate::execute(&self.nodes, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    const VALUES: &str = r#"{"a": 1, "m": {"x": "<y>", "z.w": true}, "e": [],
        "l": [{"n": "one", "v": 1}, {"n": "two", "v": 2.5}, {"v": null}], "n": null}"#;

    fn run(template: &str) -> Result<Option<String>, Error> {
        let values = json::read(&VALUES.into()).expect("it is JSON");
        let text = Template::parse(template)?.execute(&Value::from(&values));
        Ok(text.expect("it is not much").map(|text| String::from_utf8(text).expect("it is UTF-8")))
    }

    #[test]
    fn paths_lead_where_kubectl_goes() {
        for (template, expected) in [
            ("a{.a}b", "a1b"),
            ("{.m}", r#"{"x":"\u003cy\u003e","z.w":true}"#),
            ("{.m.x}", "<y>"),
            (r"{.m.z\.w}", "true"),
            ("{['m']['x']}", "<y>"),
            ("{.l[*].v}", "1 2.5 null"),
            ("{.l[0:2].n}", "one two"),
            ("{.l[-2].n}", "two"),
            ("{.l[::2].v}", "1 null"),
            ("{.l[0,1].n}", "one two"),
            // An item without the key ends the search, and kubectl shows nothing.
            ("{.l[?(@.n=='two')].v}", ""),
            ("{.l[?(@.n)].n}", "one two"),
            ("{.l[?(@.v>2.0)].n}{1}{\"\\t\"}{'it\\'s'}", ""),
            ("{range .l[0:2]}{.n}={.v};{end}!", "one=1;two=2.5;!"),
            ("{range .e[*]}{'x'}{end}!", "!"),
            ("{.n}", "null"),
            ("{..x}", "<y>"),
            ("{.m.*}", "<y> true"),
            ("{1}{2.5}{true}{\"q\\n\"}", "12.5trueq\n"),
        ] {
            let text = run(template).expect(template);
            assert_eq!(text.unwrap_or_default(), expected, "{template}");
        }
    }

    #[test]
    fn faults_are_kubectls() {
        for (template, expected) in [
            ("{", "unclosed action"),
            ("{.a", "unclosed action"),
            ("{.l[}", "unterminated array"),
            ("{.l[x]}", "invalid array index x"),
            ("{.l[?(@.n}", "unterminated filter"),
            ("{.l[?(@.n)}", "unclosed array expect ]"),
            ("{'x}", "unterminated quoted string"),
            ("{#}", "unrecognized character in action: U+0023 '#'"),
            ("{1.2.3}", "cannot parse number 1.2.3"),
            ("{....a}", "invalid multiple recursive descent"),
            ("{\"\\q\"}", "unquote string \"\\q\" error invalid syntax"),
        ] {
            assert_eq!(run(template).expect_err(template).to_string(), expected, "{template}");
        }
    }

    #[test]
    fn nothing_is_endless() {
        let values = json::read(&VALUES.into()).expect("it is JSON");
        let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
        let deep = json::read(&deep.as_str().into()).expect("it is JSON");
        for (template, values) in [
            ("{range}".repeat(60), &values),
            ("{range}".repeat(5000), &values),
            ("{...*...*...*}".to_owned(), &deep),
        ] {
            let text =
                Template::parse(&template).expect("it is right").execute(&Value::from(values));
            assert_eq!(text, Err(TooMuch), "{template}");
        }
    }

    #[test]
    fn what_is_missing_leaves_nothing() {
        for template in ["x{.none}", "{.a[0]}", "{.l[9]}", "{end}", "{bogus}", "{.l[?(@.n==1)]}"] {
            assert_eq!(run(template), Ok(None), "{template}");
        }
    }
}
