; Definitions
(function_declaration) @definition.function
(method_declaration) @definition.method
(type_spec type: (struct_type)) @definition.struct
(type_spec type: (interface_type)) @definition.interface
(type_spec) @definition.type
(type_alias) @definition.type
(type_spec type: (struct_type (field_declaration_list (field_declaration name: (field_identifier) @definition.field))))
(field_declaration
  type: (struct_type (field_declaration_list (field_declaration name: (field_identifier) @definition.field))))
(method_elem) @definition.method
(const_spec (identifier) @definition.constant)
(source_file (var_declaration (var_spec name: (identifier) @definition.variable)))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @definition.variable))))

; Embedding is as near to a base as Go comes
(field_declaration !name type: [(type_identifier) (qualified_type)] @reference.base)
(field_declaration !name type: (generic_type type: [(type_identifier) (qualified_type)] @reference.base))
(interface_type (type_elem . [(type_identifier) (qualified_type)] @reference.base .))

(qualified_type) @reference.type
(type_identifier) @reference.type
(call_expression function: (identifier) @reference.call)
(call_expression function: (selector_expression) @reference.call type_arguments: (_))
(call_expression function: (type_instantiation_expression type: (type_identifier) @reference.call))
(call_expression function: (index_expression operand: [(identifier) (selector_expression)] @reference.call))
(selector_expression) @access
(argument_list (identifier) @maybe.name)
(expression_list (identifier) @maybe.name)
(literal_element (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(unary_expression (identifier) @maybe.name)
(index_expression (identifier) @maybe.name)
(for_statement (range_clause right: (identifier) @maybe.name))

(import_spec) @import
(ERROR) @error
