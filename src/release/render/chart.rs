//! What templates see as `.Chart`: a struct in Helm 3, a map in Helm 4.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Metadata;
use crate::model::fields::{self, Field, Slot};
use go_text_template::Compat;
use go_text_template::data::{Kind, List, Map, Object, STRING_MAP, Str, Tree, Type, Value};

/// The `.Chart` of a chart with this metadata.
pub(super) fn to_value(metadata: &Arc<Metadata>, is_root: bool, compat: Compat) -> Value {
    match compat {
        Compat::Helm3 => Value::object(ChartStruct { metadata: metadata.clone(), is_root }),
        Compat::Helm4 => {
            let map: Map = named_fields(metadata, compat)
                .into_iter()
                .map(|(name, value)| (Str::from_static(name), value))
                .collect();
            map.insert("IsRoot", is_root);
            map.into()
        }
    }
}

/// The fields of Chart.yaml under Go's names, in the order of their declaration.
fn named_fields(metadata: &Metadata, compat: Compat) -> Vec<(&'static str, Value)> {
    values(metadata, fields::METADATA, compat)
}

fn values<S>(of: &S, fields: &[Field<S>], compat: Compat) -> Vec<(&'static str, Value)> {
    fields.iter().map(|field| (field.go_name, value(of, &field.slot, compat))).collect()
}

fn value<S>(of: &S, slot: &Slot<S>, compat: Compat) -> Value {
    match slot {
        Slot::Text(get, _) => get(of).clone().into(),
        Slot::Texts(get, _) => strings(get(of), compat),
        Slot::Flag(get, _) => get(of).into(),
        Slot::TextMap(get, _) => text_map(get(of)),
        Slot::Anything(get, _) => anything(get(of), compat),
        Slot::Maintainers(get) => all(get(of), fields::MAINTAINER, &MAINTAINER, compat),
        Slot::Dependencies(get) => all(get(of), fields::DEPENDENCY, &DEPENDENCY, compat),
    }
}

/// A `[]string` in Helm 3; Helm 4 copies it into a `[]interface {}`.
fn strings(items: &[Str], compat: Compat) -> Value {
    match compat {
        Compat::Helm3 if items.is_empty() => List::nil(Type::STRINGS).into(),
        Compat::Helm3 => List::strings(items.to_vec()).into(),
        Compat::Helm4 => Value::list(items.iter().cloned().map(Value::String).collect()),
    }
}

fn text_map(texts: &BTreeMap<Str, Str>) -> Value {
    if texts.is_empty() {
        return Map::nil().as_class(&STRING_MAP).into();
    }
    let map = Map::of(&STRING_MAP);
    for (key, value) in texts {
        map.insert(key.clone(), value.clone());
    }
    map.into()
}

fn anything(items: &[Tree], compat: Compat) -> Value {
    if items.is_empty() && compat.is_helm3() {
        return List::nil(Type::LIST).into();
    }
    Value::list(items.iter().map(Value::from).collect())
}

fn all<S>(items: &[S], fields: &[Field<S>], class: &'static StructClass, compat: Compat) -> Value {
    structs(items.iter().map(|item| values(item, fields, compat)).collect(), class, compat)
}

/// A list of structs: maps in Helm 4, pointers in Helm 3.
fn structs(
    items: Vec<Vec<(&'static str, Value)>>,
    class: &'static StructClass,
    compat: Compat,
) -> Value {
    if compat.is_helm3() {
        if items.is_empty() {
            return List::nil(class.list).into();
        }
        let items = items.into_iter().map(|fields| Value::object(Struct { class, fields }));
        return List::of(class.list, items.collect()).into();
    }
    let to_map = |fields: Vec<(&'static str, Value)>| {
        fields.into_iter().map(|(name, value)| (Str::from_static(name), value)).collect::<Map>()
    };
    Value::list(items.into_iter().map(|fields| to_map(fields).into()).collect())
}

/// A struct type of Helm 3's chart package.
#[derive(Debug)]
struct StructClass {
    pointer: Type,
    list: Type,
    /// JSON names, in the order of the fields, and whether the field is always written.
    json: &'static [(&'static str, bool)],
}

static MAINTAINER: StructClass = StructClass {
    pointer: Type::Named("*chart.Maintainer", Kind::Pointer),
    list: Type::Named("[]*chart.Maintainer", Kind::Slice),
    json: &MAINTAINER_JSON,
};

static DEPENDENCY: StructClass = StructClass {
    pointer: Type::Named("*chart.Dependency", Kind::Pointer),
    list: Type::Named("[]*chart.Dependency", Kind::Slice),
    json: &DEPENDENCY_JSON,
};

static METADATA: StructClass = StructClass {
    pointer: Type::Named("chart.Metadata", Kind::Struct),
    list: Type::LIST,
    json: &METADATA_JSON,
};

static MAINTAINER_JSON: [(&str, bool); fields::MAINTAINER.len()] = json(fields::MAINTAINER);
static DEPENDENCY_JSON: [(&str, bool); fields::DEPENDENCY.len()] = json(fields::DEPENDENCY);
static METADATA_JSON: [(&str, bool); fields::METADATA.len()] = json(fields::METADATA);

const fn json<S, const N: usize>(fields: &[Field<S>]) -> [(&'static str, bool); N] {
    let mut names = [("", false); N];
    let mut at = 0;
    while at < N {
        names[at] = (fields[at].name, fields[at].is_always_written);
        at += 1;
    }
    names
}

/// A struct of Helm 3's chart package, or a pointer to one.
#[derive(Debug)]
struct Struct {
    class: &'static StructClass,
    fields: Vec<(&'static str, Value)>,
}

impl Object for Struct {
    fn go_type(&self) -> Type {
        self.class.pointer
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.clone()
    }

    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(json_of(self.class, &self.fields))
    }
}

/// The fields under their JSON names; empty ones are left out where Go's tag says `omitempty`.
fn json_of(class: &StructClass, fields: &[(&'static str, Value)]) -> Vec<(Str, Value)> {
    let named = class.json.iter().zip(fields);
    let written = named.filter(|((_, always), (_, value))| *always || !is_empty(value));
    written.map(|((name, _), (_, value))| (Str::from_static(name), value.clone())).collect()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// `.Chart` of Helm 3: `struct { chart.Metadata; IsRoot bool }`, the metadata's fields promoted.
#[derive(Debug)]
struct ChartStruct {
    metadata: Arc<Metadata>,
    is_root: bool,
}

impl ChartStruct {
    fn metadata_struct(&self) -> Struct {
        Struct { class: &METADATA, fields: named_fields(&self.metadata, Compat::Helm3) }
    }
}

impl Object for ChartStruct {
    fn go_type(&self) -> Type {
        Type::Named("struct { chart.Metadata; IsRoot bool }", Kind::Struct)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Metadata", Value::object(self.metadata_struct())), ("IsRoot", self.is_root.into())]
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            // The common ones need not build all the others.
            "Name" => Some(self.metadata.name.clone().into()),
            "Version" => Some(self.metadata.version.clone().into()),
            "AppVersion" => Some(self.metadata.app_version.clone().into()),
            "IsRoot" => Some(self.is_root.into()),
            "Metadata" => Some(Value::object(self.metadata_struct())),
            _ => self.metadata_struct().field(name),
        }
    }

    fn text_bytes(&self) -> Option<u64> {
        let Metadata { description, icon, home, sources, keywords, annotations, .. } =
            &*self.metadata;
        let pairs = annotations.iter().flat_map(|(key, value)| [key, value]);
        let texts = [description, icon, home].into_iter().chain(sources).chain(keywords);
        let bytes: usize = texts.chain(pairs).map(|text| text.len() + 1).sum();
        Some(bytes as u64 + 1024)
    }

    fn json_fields(&self) -> Option<Vec<(Str, Value)>> {
        let mut fields = json_of(&METADATA, &named_fields(&self.metadata, Compat::Helm3));
        fields.push((Str::from_static("IsRoot"), self.is_root.into()));
        Some(fields)
    }
}
