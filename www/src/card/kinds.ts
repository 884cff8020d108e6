/**
 * How cards are laid out for people: the kinds of entries in the order in which
 * they are shown, and for each what its fields are called and how they are
 * typed. A table; what the paths mean is in docs/format.md, section 1.
 */
import type { IconName } from '../base/icons.js';

export type InputKind = 'text' | 'email' | 'tel' | 'url' | 'date' | 'area' | 'choice' | 'flags';

export interface Leaf {
  leaf: string;
  label: string;
  input: InputKind;
  /** For `choice` what may be chosen; for `flags` the leaves below `leaf`, each true or absent. */
  choices?: Record<string, string>;
  /** Shown in the form only when it holds something, or when it is asked for. */
  rare?: boolean;
}

export interface Kind {
  kind: string;
  label: string;
  icon: IconName;
  leaves: Leaf[];
}

const CONTEXTS: Leaf = { leaf: 'contexts', label: 'For', input: 'flags', choices: { work: 'Work', private: 'Home' } };
const LABEL: Leaf = { leaf: 'label', label: 'Label', input: 'text', rare: true };
const text = (leaf: string, label: string, rare = false): Leaf => ({ leaf, label, input: 'text', rare });

export const NAME: Leaf[] = [
  text('title', 'Title', true),
  text('given', 'First name'),
  text('given2', 'Middle name', true),
  text('surname', 'Last name'),
  text('surname2', 'Second last name', true),
  text('generation', 'Generation', true),
  text('credential', 'Credentials', true),
  text('full', 'Full name as written', true),
];

export const KINDS: Kind[] = [
  {
    kind: 'emails',
    label: 'E-mail',
    icon: 'mail',
    leaves: [{ leaf: 'address', label: 'E-mail', input: 'email' }, CONTEXTS, LABEL],
  },
  {
    kind: 'phones',
    label: 'Phone',
    icon: 'phone',
    leaves: [
      { leaf: 'number', label: 'Phone', input: 'tel' },
      {
        leaf: 'features',
        label: 'Type',
        input: 'flags',
        choices: { mobile: 'Mobile', voice: 'Landline', fax: 'Fax', pager: 'Pager', text: 'Text', video: 'Video' },
      },
      CONTEXTS,
      LABEL,
    ],
  },
  {
    kind: 'organizations',
    label: 'Organisation',
    icon: 'company',
    leaves: [text('name', 'Organisation'), text('units/1', 'Department'), text('units/2', 'Unit', true)],
  },
  {
    kind: 'titles',
    label: 'Title',
    icon: 'person',
    leaves: [
      text('name', 'Title or role'),
      { leaf: 'kind', label: 'Which', input: 'choice', choices: { title: 'Job title', role: 'Role' } },
    ],
  },
  {
    kind: 'addresses',
    label: 'Address',
    icon: 'pin',
    leaves: [
      text('name', 'Street'),
      text('number', 'Number', true),
      text('apartment', 'Apartment', true),
      text('floor', 'Floor', true),
      text('postOfficeBox', 'P.O. box', true),
      text('postcode', 'Postcode'),
      text('locality', 'City'),
      text('region', 'Region'),
      text('country', 'Country'),
      text('countryCode', 'Country code', true),
      text('full', 'As written', true),
      CONTEXTS,
      LABEL,
    ],
  },
  { kind: 'nicknames', label: 'Nickname', icon: 'person', leaves: [text('name', 'Nickname')] },
  {
    kind: 'anniversaries',
    label: 'Date',
    icon: 'birthday',
    leaves: [
      { leaf: 'date', label: 'Date', input: 'date' },
      {
        leaf: 'kind',
        label: 'What for',
        input: 'choice',
        choices: { birth: 'Birthday', wedding: 'Anniversary', death: 'Day of death' },
      },
      text('place', 'Place', true),
    ],
  },
  {
    kind: 'links',
    label: 'Link',
    icon: 'link',
    leaves: [{ leaf: 'uri', label: 'Link', input: 'url' }, CONTEXTS, LABEL],
  },
  {
    kind: 'onlineServices',
    label: 'Online service',
    icon: 'link',
    leaves: [text('service', 'Service'), text('user', 'User name'), { leaf: 'uri', label: 'Link', input: 'url' }],
  },
  { kind: 'keywords', label: 'Keyword', icon: 'keyword', leaves: [text('value', 'Keyword')] },
  {
    kind: 'preferredLanguages',
    label: 'Language',
    icon: 'language',
    leaves: [text('language', 'Language code, such as en')],
  },
  { kind: 'pronouns', label: 'Pronouns', icon: 'person', leaves: [text('pronouns', 'Pronouns')] },
  {
    kind: 'personalInfo',
    label: 'Interest',
    icon: 'keyword',
    leaves: [
      text('value', 'Interest'),
      {
        leaf: 'kind',
        label: 'Kind',
        input: 'choice',
        choices: { hobby: 'Hobby', interest: 'Interest', expertise: 'Expertise' },
      },
    ],
  },
  {
    kind: 'relatedTo',
    label: 'Related person',
    icon: 'person',
    leaves: [
      text('uid', 'Who'),
      {
        leaf: 'relation',
        label: 'Relation',
        input: 'flags',
        choices: {
          spouse: 'Spouse',
          child: 'Child',
          parent: 'Parent',
          sibling: 'Sibling',
          friend: 'Friend',
          colleague: 'Colleague',
        },
      },
    ],
  },
  { kind: 'notes', label: 'Note', icon: 'note', leaves: [{ leaf: 'note', label: 'Note', input: 'area' }] },
];

/** Values of their own, outside of any entry. */
export const SINGLES: Leaf[] = [
  {
    leaf: 'kind',
    label: 'Kind of contact',
    input: 'choice',
    choices: { individual: 'Person', org: 'Organisation', group: 'Group', location: 'Place', device: 'Device' },
  },
  text('language', 'Language of the card', true),
];

export function kindOf(name: string): Kind | undefined {
  return KINDS.find(({ kind }) => kind === name);
}
