//! The root map of the templates of a chart: `.Values`, `.Release`, `.Chart` and their like.

use bstr::ByteSlice;

use super::files::Files;
use super::{Input, chart};
use crate::model::Chart;
use crate::values::share_globals;
use go_text_template::Compat;
use go_text_template::data::{Failure, Kind, Map, MapClass, Purse, Signature, Str, Type, Value};
use go_text_template::{json, yaml};

/// A file that is parsed as a template, with what its templates see.
pub(super) struct Template {
    /// `CHART/templates/…`, or `CHART/charts/SUB/templates/…`.
    pub(super) path: Str,
    /// The text.
    pub(super) text: Str,
    /// The root map of its chart.
    pub(super) root: Map,
    /// `.Template.BasePath`.
    pub(super) base_path: Str,
}

/// All templates of the chart and of the charts it depends on, in no particular order.
pub(super) fn templates(input: &Input<'_>) -> Vec<Template> {
    let mut collector = Collector {
        values_class: values_class(input.compat),
        capabilities: Value::object(input.capabilities.clone()),
        release: input.release.to_value(),
        compat: input.compat,
        templates: Vec::new(),
    };
    let values = Map::from_tree_as(collector.values_class, input.values);
    collector.collect(input.chart, input.chart.metadata.name.clone(), values, true);
    collector.templates
}

struct Collector {
    values_class: &'static MapClass,
    capabilities: Value,
    release: Map,
    compat: Compat,
    templates: Vec<Template>,
}

impl Collector {
    /// Collects the templates of `chart`, which is at `path` and sees `values`, and gives its root.
    fn collect(&mut self, chart: &Chart, path: Str, values: Map, is_root: bool) -> Map {
        let root = Map::new();
        let subcharts = Map::new();
        root.insert("Chart", chart::to_value(&chart.metadata, is_root, self.compat));
        root.insert("Files", Value::object(Files::new(&chart.files)));
        root.insert("Release", self.release.clone());
        root.insert("Capabilities", self.capabilities.clone());
        root.insert("Values", values.clone());
        root.insert("Subcharts", subcharts.clone());
        for child in chart.dependencies.iter() {
            let name = &child.metadata.name;
            let child_path = child.path.clone();
            let child_values = self.section(&values, name);
            share_globals(&values, &child_values);
            subcharts.insert(name.clone(), self.collect(child, child_path, child_values, false));
        }
        self.add_templates(chart, &path, &root);
        root
    }

    /// The part of `values` that belongs to the subchart `name`; a dot in the name goes deeper.
    fn section(&self, values: &Map, name: &[u8]) -> Map {
        let step = |map: Map, key: &[u8]| match map.get(key) {
            Some(Value::Map(section)) => Some(section),
            _ => None,
        };
        let section = name.split_str(".").try_fold(values.clone(), step);
        section.map_or_else(
            || Map::of(self.values_class),
            |section| section.as_class(self.values_class),
        )
    }

    fn add_templates(&mut self, chart: &Chart, path: &Str, root: &Map) {
        let is_library = chart.metadata.chart_type.eq_ignore_ascii_case(b"library");
        let base_path = Str::from(format!("{path}/templates"));
        for file in chart.templates.iter() {
            if is_library && !super::is_partial(&file.name) {
                continue;
            }
            self.templates.push(Template {
                path: Str::from(format!("{path}/{}", file.name)),
                text: file.data().clone(),
                root: root.clone(),
                base_path: base_path.clone(),
            });
        }
    }
}

/// The type of `.Values`, of `.Template` and of the root map: `common.Values`.
pub(super) fn values_class(compat: Compat) -> &'static MapClass {
    match compat {
        Compat::Helm3 => &HELM3_VALUES,
        Compat::Helm4 => &HELM4_VALUES,
    }
}

static HELM3_VALUES: MapClass = values_type("chartutil.Values");
static HELM4_VALUES: MapClass = values_type("common.Values");

const fn values_type(name: &'static str) -> MapClass {
    let go_type = Type::Named(name, Kind::Map);
    MapClass { go_type, element: Type::Any, method: values_method, call: call_values_method }
}

/// The methods of Helm's `Values`, which hide keys of the same names.
fn values_method(name: &str) -> Option<Signature> {
    let params: &[Type] = match name {
        "YAML" | "AsMap" => &[],
        "Table" | "PathValue" => &[Type::String],
        "Encode" => &[Type::Named("io.Writer", Kind::Interface)],
        _ => return None,
    };
    Some(Signature { params, rest: None })
}

fn call_values_method(
    map: &Map,
    name: &str,
    args: &mut [Value],
    purse: &dyn Purse,
) -> Result<Value, Failure> {
    match (name, args) {
        ("YAML", _) => to_yaml(map, purse),
        ("AsMap", _) => Ok(map.as_class(&go_text_template::data::ANY_MAP).into()),
        ("Table", [Value::String(path)]) => table(map, path).map(Value::from),
        ("PathValue", [Value::String(path)]) => path_value(map, path),
        _ => Ok(Value::Nil),
    }
}

/// The YAML of the map; the writer refuses maps that contain themselves.
fn to_yaml(map: &Map, purse: &dyn Purse) -> Result<Value, Failure> {
    match yaml::write(&map.clone().into(), &mut |bytes| purse.memory(bytes)) {
        Ok(text) => Ok(Value::String(text.into())),
        Err(json::WriteError::Failure(failure)) => Err(failure),
        Err(json::WriteError::NoRoom) => Err(Failure::new("values are too large")),
    }
}

/// The map at the dotted `path`.
fn table(map: &Map, path: &Str) -> Result<Map, Failure> {
    path.split_str(".").try_fold(map.clone(), |map, key| match map.get(key) {
        Some(Value::Map(table)) => Ok(table.as_class(map.class())),
        _ => Err(Failure::from(format!("{:?} is not a table", key.as_bstr()))),
    })
}

/// The value at the dotted `path`, which must not be a map.
fn path_value(map: &Map, path: &Str) -> Result<Value, Failure> {
    let no_value = |key: &[u8]| Failure::from(format!("{:?} is not a value", key.as_bstr()));
    if path.is_empty() {
        return Err(Failure::new("YAML path cannot be empty"));
    }
    let (parent, key) = match path.rsplit_once_str(".") {
        None => (map.clone(), path.as_bytes()),
        Some((parents, key)) => {
            let parent = table(map, &path.slice_ref(parents)).map_err(|_| no_value(key))?;
            (parent, key)
        }
    };
    match parent.get(key) {
        Some(value) if !matches!(value, Value::Map(_)) => Ok(value),
        _ => Err(no_value(key)),
    }
}

/// `.Template` of the file at `path`.
pub(super) fn template_value(template: &Template, compat: Compat) -> Value {
    let map = Map::of(values_class(compat));
    map.insert("Name", template.path.clone());
    map.insert("BasePath", template.base_path.clone());
    map.into()
}
