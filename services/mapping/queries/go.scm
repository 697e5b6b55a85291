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
(source_file (var_declaration [
  (var_spec name: (identifier) @definition.variable)
  (var_spec_list (var_spec name: (identifier) @definition.variable))]))

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

; What names hold
(parameter_declaration name: (identifier) @typing.name type: (_) @typing.type) @typing
(variadic_parameter_declaration name: (identifier) @hides)
(var_spec name: (identifier) @typing.name type: (_) @typing.type) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . (call_expression function: [(identifier) (selector_expression)] @typing.call))) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . (call_expression function: (identifier) arguments: (argument_list . (type_identifier) @typing.type)))) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . (composite_literal type: (_) @typing.type))) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . (unary_expression operand: (composite_literal type: (_) @typing.type)))) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . (type_assertion_expression type: (_) @typing.type))) @typing
(var_spec name: (identifier) @typing.name value: (expression_list . [(identifier) (selector_expression)] @typing.same)) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . (call_expression function: [(identifier) (selector_expression)] @typing.call))) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . (call_expression function: (identifier) arguments: (argument_list . (type_identifier) @typing.type)))) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . (composite_literal type: (_) @typing.type))) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . (unary_expression operand: (composite_literal type: (_) @typing.type)))) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . (type_assertion_expression type: (_) @typing.type))) @typing
(short_var_declaration left: (expression_list . (identifier) @typing.name) right: (expression_list . [(identifier) (selector_expression)] @typing.same)) @typing
(short_var_declaration left: (expression_list (identifier) @hides))
(range_clause left: (expression_list (identifier) @hides @rebinds))
(field_declaration name: (field_identifier) @typing.name type: (_) @typing.type) @typing
(function_declaration result: [(type_identifier) (pointer_type) (qualified_type) (generic_type)] @returns.type)
(function_declaration result: (parameter_list . (parameter_declaration type: (_) @returns.type)))
(method_declaration result: [(type_identifier) (pointer_type) (qualified_type) (generic_type)] @returns.type)
(method_declaration result: (parameter_list . (parameter_declaration type: (_) @returns.type)))
(method_elem result: [(type_identifier) (pointer_type) (qualified_type) (generic_type)] @returns.type)
(method_elem result: (parameter_list . (parameter_declaration type: (_) @returns.type)))
(type_switch_statement alias: (expression_list (identifier) @hides))
(short_var_declaration left: (expression_list . (identifier) @typing.name)
  right: (expression_list . (unary_expression operator: ["*" "&"] operand: [(identifier) (selector_expression)] @typing.same))) @typing
(type_parameter_declaration name: (identifier) @bound.name type: (type_constraint . (_) @bound.type .))
(function_type) @unsaid

(import_spec) @import
(ERROR) @error
