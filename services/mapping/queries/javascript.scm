(class_declaration) @definition.class
(class_body (field_definition) @definition.field)
(class_body (field_definition value: [(arrow_function) (function_expression)]) @definition.method)
(class_heritage [(identifier) (member_expression)] @reference.base)
(class_heritage (call_expression function: [(identifier) (member_expression)] @reference.call))

(jsx_opening_element name: [(identifier) (member_expression)] @markup.call)
(jsx_self_closing_element name: [(identifier) (member_expression)] @markup.call)
(jsx_expression (identifier) @maybe.name)
