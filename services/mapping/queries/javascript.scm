(class_declaration) @definition.class
(class_body (field_definition) @definition.field)
(class_body (field_definition value: [(arrow_function) (function_expression)]) @definition.method)
(class_heritage [(identifier) (member_expression)] @reference.base)
(class_heritage (call_expression function: [(identifier) (member_expression)] @reference.call))

(jsx_opening_element name: [(identifier) (member_expression)] @markup.call)
(jsx_self_closing_element name: [(identifier) (member_expression)] @markup.call)
(jsx_expression (identifier) @maybe.name)

; What names hold
(field_definition property: [(property_identifier) (private_property_identifier)] @typing.name value: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(field_definition property: [(property_identifier) (private_property_identifier)] @typing.name value: (call_expression function: [(identifier) (member_expression)] @typing.call)) @typing
(field_definition property: [(property_identifier) (private_property_identifier)] @typing.name value: (await_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(field_definition property: [(property_identifier) (private_property_identifier)] @typing.name value: [(identifier) (member_expression)] @typing.same) @typing
(formal_parameters (identifier) @hides)
; A pattern waits in a call for what may still come, so each costs time in all that stands in its arguments
(arguments (arrow_function [
  parameter: (identifier) @rebinds
  parameters: (formal_parameters (identifier) @rebinds)
  body: (_)]) @nameless)
(arguments (function_expression parameters: (formal_parameters (identifier) @rebinds)))
