//! What the tests need of an engine: ids for a draft, and a way to compare two drafts by their values.
#![allow(dead_code, reason = "each test target uses its own part")]

use contactmesh_formats::{Draft, Value};
use serde_json::{Map, Value as Json, json};

/// The contact files of the project.
pub const SAMPLES: &[(&str, &[u8])] = &[
    ("outlook.vcf", include_bytes!("../../../samples/outlook.vcf")),
    ("iphone.vcf", include_bytes!("../../../samples/iphone.vcf")),
    ("google.vcf", include_bytes!("../../../samples/google.vcf")),
    ("android.vcf", include_bytes!("../../../samples/android.vcf")),
    ("thunderbird.vcf", include_bytes!("../../../samples/thunderbird.vcf")),
    ("nextcloud.vcf", include_bytes!("../../../samples/nextcloud.vcf")),
    ("contacts.json", include_bytes!("../../../samples/contacts.json")),
];

/// Gives a draft ids by place, as an engine would by content, and returns it as a card.
pub fn card(draft: &Draft) -> Json {
    let mut fields = Map::new();
    if let Some(uid) = &draft.uid {
        fields.insert("uid".into(), json!(uid));
    }
    for (path, value) in &draft.fields {
        if path.starts_with("name/") {
            fields.insert("name".into(), json!(true));
        }
        fields.insert(path.clone(), json!(value));
    }
    for (place, element) in draft.elements.iter().enumerate() {
        let at = format!("{}/e{place}", element.kind);
        fields.insert(at.clone(), json!(true));
        fields.insert(format!("{at}/order"), json!(format!("{place:05}V")));
        for (leaf, value) in &element.fields {
            let json = match value {
                Value::Reference { element } => json!(format!("e{element}")),
                value => json!(value),
            };
            fields.insert(format!("{at}/{leaf}"), json);
        }
        if element.primary {
            fields.insert(format!("primary/{}", element.kind), json!(format!("e{place}")));
        }
    }
    json!({ "fields": fields })
}

/// Turns drafts into the JSON that is written.
pub fn cards(drafts: &[Draft]) -> String {
    Json::Array(drafts.iter().map(card).collect()).to_string()
}

/// Lists a draft's values in one order, with references as the name they lead to.
pub fn values(draft: &Draft) -> Vec<String> {
    let mut all: Vec<String> = draft.fields.iter().map(|(path, value)| format!("{path} = {}", json!(value))).collect();
    all.extend(draft.uid.iter().map(|uid| format!("uid = {uid}")));
    for element in &draft.elements {
        let fields: Vec<String> = element
            .fields
            .iter()
            .map(|(leaf, value)| match value {
                Value::Reference { element } => {
                    let to = draft.elements.get(*element).and_then(|element| element.text("name"));
                    format!("{leaf} -> {to:?}")
                }
                value => format!("{leaf} = {}", json!(value)),
            })
            .collect();
        all.push(format!("{}{} {{ {} }}", element.kind, if element.primary { "!" } else { "" }, fields.join(", ")));
    }
    all.sort();
    all
}
