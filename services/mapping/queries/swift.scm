; Definitions
(class_declaration declaration_kind: ["class" "actor"] name: (type_identifier) @name) @definition.class
(class_declaration declaration_kind: "struct" name: (type_identifier) @name) @definition.struct
(class_declaration declaration_kind: "enum" name: (type_identifier) @name) @definition.enum
(class_declaration declaration_kind: "extension" name: (user_type (type_identifier) @name .)) @impl
(protocol_declaration name: (type_identifier) @name) @definition.interface
(associatedtype_declaration name: (type_identifier) @name) @definition.type
(typealias_declaration name: (type_identifier) @name) @definition.type
(enum_entry name: (simple_identifier) @definition.member @name)
(function_declaration "func" . _ @name) @definition.function
(protocol_function_declaration "func" . _ @name) @definition.method
(init_declaration "init" @name) @definition.constructor
(deinit_declaration "deinit" @name) @definition.method
(subscript_declaration "subscript" @name) @definition.method
(macro_declaration "macro" . (simple_identifier) @name) @definition.macro
(property_declaration name: (pattern . (simple_identifier) @name) computed_value: (computed_property) @body) @definition.property
(class_body (property_declaration !computed_value name: (pattern . (simple_identifier) @definition.property @name)))
(enum_class_body (property_declaration !computed_value name: (pattern . (simple_identifier) @definition.property @name)))
(protocol_property_declaration name: (pattern (simple_identifier) @name)) @definition.property
(source_file (property_declaration !computed_value name: (pattern . (simple_identifier) @definition.variable @name)))
(protocol_property_requirements) @body
(subscript_declaration (computed_property) @body)

; Bases, attributes, types
(inheritance_specifier inherits_from: (user_type) @reference.base)
(attribute (user_type) @reference.decorator)
(user_type) @reference.type

; Uses
(call_expression . (simple_identifier) @reference.call)
(call_expression . (navigation_expression) @reference.call)
(constructor_expression constructed_type: (user_type) @reference.call)
(navigation_expression) @access
(navigation_expression target: (simple_identifier) @maybe.name)
(value_argument value: (simple_identifier) @maybe.name)
(property_declaration value: (simple_identifier) @maybe.name)
(control_transfer_statement result: (simple_identifier) @maybe.name)
(statements (simple_identifier) @maybe.name)
(assignment result: (simple_identifier) @maybe.name)
(interpolated_expression value: (simple_identifier) @maybe.name)
(array_literal (simple_identifier) @maybe.name)

; What names hold
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) (type_annotation (_) @typing.type)) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) value: (call_expression) @typing.invoked) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) value: (try_expression expr: (call_expression) @typing.invoked)) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) value: (await_expression expr: (call_expression) @typing.invoked)) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name)
  value: (try_expression expr: (await_expression expr: (call_expression) @typing.invoked))) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) value: (as_expression (as_operator) (_) @typing.type)) @typing
(property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name)
  value: [(simple_identifier) (navigation_expression) (self_expression)] @typing.same) @typing
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @typing.name) (type_annotation (_) @typing.type)) @typing
(parameter name: (simple_identifier) @typing.name [(user_type) (optional_type)] @typing.type) @typing
(lambda_parameter name: (simple_identifier) @typing.name [(user_type) (optional_type)] @typing.type) @typing
(catch_block error: (pattern (pattern bound_identifier: (simple_identifier) @typing.name) (user_type) @typing.type)) @typing
(pattern bound_identifier: (simple_identifier) @hides)
(if_statement bound_identifier: (simple_identifier) @hides)
(guard_statement bound_identifier: (simple_identifier) @hides)
(lambda_parameter name: (simple_identifier) @hides)
(lambda_parameter . name: (simple_identifier) @rebinds .)
(for_statement item: (pattern bound_identifier: (simple_identifier) @rebinds))
(function_declaration [(user_type) (optional_type)] @returns.type)
(protocol_function_declaration [(user_type) (optional_type)] @returns.type)
(if_statement bound_identifier: (simple_identifier) @typing.name . (call_expression) @typing.invoked) @typing
(if_statement bound_identifier: (simple_identifier) @typing.name . [(simple_identifier) (navigation_expression)] @typing.same) @typing
(guard_statement bound_identifier: (simple_identifier) @typing.name . (call_expression) @typing.invoked) @typing
(guard_statement bound_identifier: (simple_identifier) @typing.name . [(simple_identifier) (navigation_expression)] @typing.same) @typing
(type_parameter . (type_identifier) @bound.name (user_type) @bound.type)

(import_declaration) @import
(ERROR) @error
