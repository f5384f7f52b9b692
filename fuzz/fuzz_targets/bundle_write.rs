//! Any rendered text becomes a bundle or is refused. Its documents can still be read, hold the
//! objects that the bundle says, and the receipt agrees with them.

#![no_main]

use go_text_template::Compat;
use chart::bundle::{
    Additions, Bundle, Document, Entry, Hooks, KUSTOMIZATION, Object, Options, Receipt, Role,
    assemble, listed, read, rewritten, split, write,
};
use go_text_template::data::Str;
use chart::manifest;
use chart::render::Rendered;
use go_text_template::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let text = Str::from(text);
    for compat in [Compat::Helm3, Compat::Helm4] {
        let Some(documents) = documents(&text, compat) else { continue };
        let options = options();
        match assemble(documents, &options) {
            Ok(bundle) => check(&bundle, &options),
            Err(faults) => faults.iter().for_each(|fault| {
                let _ = fault.message();
                // In UTF-16 places are those of the same text in UTF-8.
                let is_utf8 = std::str::from_utf8(&text).is_ok();
                let is_inside = |offset| !is_utf8 || offset <= text.len();
                assert!(fault.places().iter().all(|place| is_inside(place.offset)));
            }),
        }
    }
});

fn options() -> Options {
    Options {
        additions: Additions {
            namespace: "shop".to_owned(),
            labels: vec![("part-of".to_owned(), "yes".to_owned())],
            applyset: None,
        },
        create_namespace: true,
        hooks: Hooks::All,
        is_upgrade: false,
        registry: Some("registry.local:5000".to_owned()),
        deny_duplicate_keys: false,
        allow_duplicate_objects: true,
        file: "it's.yaml".to_owned(),
    }
}

/// The documents of `text`, as `chart bundle` takes them from a template.
fn documents(text: &Str, compat: Compat) -> Option<Vec<Document>> {
    let file = Rendered { path: "c/templates/fuzz.yaml".into(), text: text.clone() };
    let manifests = manifest::assemble(&[file], compat).ok()?;
    let resources = manifests.documents.into_iter().map(|document| (document, Role::Resource));
    let hooks = manifests.hooks.into_iter();
    let hooks = hooks.map(|hook| (hook.document, Role::Hook { events: hook.events, weight: 0 }));
    let mut documents = Vec::new();
    for (found, role) in resources.chain(hooks) {
        // Nobody reads what is behind the end of a document, until an edit moves it.
        if found.content.windows(4).any(|line| line == b"\n...") {
            return None;
        }
        let _ = rewritten(&found.content, "registry.local");
        documents.extend(Document::read(found.path, found.offset, found.content, role).ok()?);
    }
    Some(documents)
}

fn check(bundle: &Bundle, options: &Options) {
    bundle.warnings.iter().for_each(|warning| drop(warning.message()));
    bundle.entries.iter().for_each(check_entry);
    let mut receipt = Receipt::default();
    let bytes = write(bundle, options, &mut receipt);
    let found = read(&bytes).expect("it has a receipt");
    assert_eq!(found.receipt, receipt);
    assert_eq!(found.differences, Vec::<String>::new());
    let files = split(bundle);
    let (path, list) = files.last().expect("there is always a list");
    assert_eq!(path, KUSTOMIZATION);
    assert_eq!(listed(list).len(), files.len() - 1);
}

fn check_entry(entry: &Entry) {
    yaml::read(&entry.text).expect("it is still YAML");
    let again = Document::read("again".into(), 0, entry.text.clone(), Role::Resource);
    let again = again.expect("it is still YAML").expect("there is still something in it");
    let titles = |objects: &[Object]| -> Vec<String> {
        objects.iter().map(|object| format!("{:?}", object.identity())).collect()
    };
    assert_eq!(titles(&again.objects), titles(&entry.objects), "{}", entry.text);
}
