//! The lens for contacts of the *Office 365 Outlook* connector. A table: docs/lens-outlook.md says the same for people,
//! with sources and with what is not known for sure.

use super::form::Form::{Date, Lines, Mail, Phone, Text};
use super::table::Condition::{Has, Is, Lacks};
use super::table::{Condition, Elements, Field, Lens, Part, Says, Shape, StandIn};

/// The lens.
pub static OUTLOOK: Lens = Lens {
    system: "outlook",
    id: "id",
    revision: "changeKey",
    modified: "lastModifiedDateTime",
    created: "createdDateTime",
    called: "displayName",
    fields: &[
        Field::leaves("title", &[Part::new("title", &[&["name/title"]], Text).repeating()]),
        Field::leaves("givenName", &[Part::new("givenName", &[&["name/given"]], Text).repeating()]).required(GIVEN),
        Field::leaves("middleName", &[Part::new("middleName", &[&["name/given2"]], Text).repeating()]),
        Field::leaves("surname", &[Part::new("surname", &[&["name/surname", "name/surname2"]], Text).repeating()]),
        Field::leaves("generation", &[Part::new("generation", &[&["name/generation"]], Text).repeating()]),
        Field::element("nickName", Shape::Keys, any("nicknames"), &[Part::new("nickName", &[&["name"]], Text)]),
        Field::list("emailAddresses", 3, any("emails"), &[Part::new("address", &[&["address"]], Mail)]),
        Field::list("businessPhones", 2, phones(AT_WORK, SAYS_WORK), NUMBER),
        Field::list("homePhones", 2, phones(AT_HOME, SAYS_HOME), NUMBER).required(StandIn::Nothing),
        Field::element("mobilePhone", Shape::Keys, phones(MOBILE, SAYS_MOBILE), MOBILE_NUMBER),
        Field::element("businessAddress", Shape::Object, addresses(&[&[Has(WORK)]], SAYS_WORK), ADDRESS),
        Field::element("homeAddress", Shape::Object, addresses(&[&[Has(HOME)]], SAYS_HOME), ADDRESS),
        Field::element("otherAddress", Shape::Object, addresses(&[&[Lacks(WORK), Lacks(HOME)], &[]], &[]), ADDRESS),
        Field::element(
            "company",
            Shape::Keys,
            any("organizations"),
            &[Part::new("companyName", &[&["name"]], Text), Part::new("department", &[&["units/1"]], Text)],
        ),
        Field::element(
            "jobTitle",
            Shape::Keys,
            Elements { kind: "titles", takes: &[&[Is(KIND, "title")], &[Lacks(KIND)]], says: &[(KIND, TITLE)] },
            &[Part::new("jobTitle", &[&["name"]], Text)],
        ),
        Field::element(
            "profession",
            Shape::Keys,
            Elements { kind: "titles", takes: &[&[Is(KIND, "role")]], says: &[(KIND, Says::Text("role"))] },
            &[Part::new("profession", &[&["name"]], Text)],
        ),
        Field::element(
            "birthday",
            Shape::Keys,
            Elements { kind: "anniversaries", takes: &[&[Is(KIND, "birth")]], says: &[(KIND, Says::Text("birth"))] },
            &[Part::new("birthday", &[&["date"]], Date).cleared_by_name()],
        ),
        Field::element(
            "businessHomePage",
            Shape::Keys,
            Elements { kind: "links", takes: &[&[Has(WORK)], &[Lacks(KIND)]], says: SAYS_WORK },
            &[Part::new("businessHomePage", &[&["uri"]], Text)],
        ),
        Field::list(
            "imAddresses",
            3,
            Elements { kind: "onlineServices", takes: &[&[Has("user")]], says: &[] },
            &[Part::new("", &[&["user"]], Text)],
        ),
        Field::list("categories", 100, any("keywords"), &[Part::new("", &[&["value"]], Text)]),
    ],
    about: &["id", "changeKey", "parentFolderId", "createdDateTime", "lastModifiedDateTime"],
    unread: &[
        ("displayName", "Outlook makes it of the other names whenever one of them changes"),
        ("fileAs", "Outlook makes it of the other names, as its user set up the order"),
        ("initials", "Outlook makes them of the other names"),
        ("officeLocation", "cards have no path for it"),
        ("assistantName", "cards name people by their UID, not by a text"),
        ("manager", "cards name people by their UID, not by a text"),
        ("yomiGivenName", "cards have no path for it"),
        ("yomiSurname", "cards have no path for it"),
        ("yomiCompanyName", "cards have no path for it"),
    ],
};

const KIND: &str = "kind";
const WORK: &str = "contexts/work";
const HOME: &str = "contexts/private";
const CELL: &str = "features/mobile";
const FAX: &str = "features/fax";
const PAGER: &str = "features/pager";
const TITLE: Says = Says::Text("title");

type Takes = &'static [&'static [Condition]];
type Implied = &'static [(&'static str, Says)];

const SAYS_WORK: Implied = &[(WORK, Says::Yes)];
const SAYS_HOME: Implied = &[(HOME, Says::Yes)];
const SAYS_MOBILE: Implied = &[(CELL, Says::Yes)];

// A number that says nothing of itself is a business number, as in Outlook's own form; a mobile one finds a second seat
// only where its context says which.
const AT_WORK: Takes = &[&[Lacks(HOME), Lacks(CELL), Lacks(FAX), Lacks(PAGER)], &[Has(WORK), Lacks(FAX), Lacks(PAGER)]];
const AT_HOME: Takes = &[&[Has(HOME), Lacks(CELL), Lacks(FAX), Lacks(PAGER)], &[Has(HOME), Lacks(FAX), Lacks(PAGER)]];
const MOBILE: Takes = &[&[Has(CELL), Lacks(FAX), Lacks(PAGER)]];

const NUMBER: &[Part] = &[Part::new("", &[&["number"]], Phone)];
const MOBILE_NUMBER: &[Part] = &[Part::new("mobilePhone", &[&["number"]], Phone)];

/// Every component of an address has a place: what Outlook has no field for stands in the street, which has lines.
const ADDRESS: &[Part] = &[
    Part::new(
        "street",
        &[
            &["name", "number"],
            &["building", "floor", "apartment", "room"],
            &["block", "subdistrict", "district", "landmark", "direction"],
            &["postOfficeBox"],
        ],
        Lines,
    )
    .repeating()
    .or(&["full"]),
    Part::new("city", &[&["locality"]], Text).repeating(),
    Part::new("state", &[&["region"]], Text).repeating(),
    Part::new("postalCode", &[&["postcode"]], Text).repeating(),
    Part::new("countryOrRegion", &[&["country"]], Text).repeating().or(&["countryCode"]),
];

/// The connector insists on a given name. A new row without one gets what the person is called by, or a dash.
const GIVEN: StandIn = StandIn::Text {
    beside: "name/",
    of: &[
        ("", "name/full"),
        ("nicknames", "name"),
        ("organizations", "name"),
        ("emails", "address"),
        ("phones", "number"),
    ],
    last: "-",
};

const fn any(kind: &'static str) -> Elements {
    Elements { kind, takes: &[&[]], says: &[] }
}

const fn phones(takes: Takes, says: Implied) -> Elements {
    Elements { kind: "phones", takes, says }
}

const fn addresses(takes: Takes, says: Implied) -> Elements {
    Elements { kind: "addresses", takes, says }
}
