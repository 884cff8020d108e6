/** What somebody typed into a field, without blanks at its ends. Fluent's fields have no value before anybody did. */
export function typed(field: { value: string | undefined }): string {
  return (field.value ?? '').trim();
}
