//! The rules for custom resource definitions, which only Helm 4 has.

use super::finding::{Findings, Severity};
use super::stream;
use super::subject::{Place, Subject};
use super::templates::{OBJECT_HELM4, text_at, unreadable};
use go_text_template::data::{Failure, Tree};

const FOLDER: &str = "crds/";

pub(super) fn lint(subject: &Subject, found: &mut Findings) {
    let is_folder = match &subject.crds {
        Place::Missing => return,
        Place::Folder => Ok(()),
        Place::File => Err(Failure::new("not a directory")),
        Place::Unknown(error) => Err(Failure::from(error.to_string())),
    };
    if !found.take(Severity::Error, "crds-folder", FOLDER, None, is_folder) {
        return;
    }
    let chart = match &subject.chart {
        Ok(chart) => chart,
        Err(error) => {
            found.take(Severity::Error, "crds-load", FOLDER, None, Err(error.clone().into()));
            return;
        }
    };
    for (_, file) in chart.crds() {
        let path = file.name.to_string();
        for object in stream::objects(file.data(), &OBJECT_HELM4) {
            let object = match object {
                Ok(object) => object,
                Err(error) => {
                    found.take(Severity::Error, "crd-yaml", &path, None, Err(unreadable(&error)));
                    return;
                }
            };
            if !object.is_null() {
                found.take(Severity::Error, "crd-api-version", &path, None, api_version(&object));
                found.take(Severity::Error, "crd-kind", &path, None, kind(&object));
            }
        }
    }
}

fn api_version(object: &Tree) -> Result<(), Failure> {
    if text_at(object, &["apiVersion"]).starts_with("apiextensions.k8s.io") {
        return Ok(());
    }
    Err("apiVersion is not in 'apiextensions.k8s.io'".into())
}

fn kind(object: &Tree) -> Result<(), Failure> {
    if text_at(object, &["Kind"]) == "CustomResourceDefinition" {
        return Ok(());
    }
    Err("object kind is not 'CustomResourceDefinition'".into())
}
