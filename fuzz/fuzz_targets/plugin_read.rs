//! Any plugin.yaml can be read or refused, and its command be taken apart.

#![no_main]

use go_text_template::data::Str;
use chart::plugins::{
    Plugin, Runtime, cache_key, control_of_page, control_of_url, expand, metadata, prepare,
    read_helm3, read_helm4, shown,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let helm3 = read_helm3(&Str::from(text), "p", "p/plugin.yaml");
    let helm4 = read_helm4(text, "p");
    [helm3, helm4].into_iter().flatten().for_each(|plugin| run(&plugin));
    let _ = metadata(text);
    let text = String::from_utf8_lossy(text);
    let _ = expand(&text, &str::to_owned);
    let _ = (cache_key(&text), control_of_url(&text), control_of_page(&text, "a/b"));
});

fn run(plugin: &Plugin) {
    if let Runtime::Process(commands) = &plugin.runtime {
        let _ = prepare(commands, true, &["more".to_owned()], &str::to_owned);
    }
    let _ = shown(plugin);
}
