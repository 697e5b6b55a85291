(module_definition name: (identifier) @name) @definition.module
(struct_definition (type_head [
  (identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)])])) @definition.struct
([(abstract_definition (type_head [
  (identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)])]))
  (primitive_definition (type_head [
  (identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [(identifier) @name (parametrized_type_expression . (identifier) @name)])]))] @definition.type)
(struct_definition (typed_expression . (identifier) @definition.field @name))
(struct_definition (identifier) @definition.field @name)
(struct_definition (assignment . [(identifier) @definition.field @name (typed_expression . (identifier) @definition.field @name)]))
(function_definition (signature)) @definition.function
(signature . (identifier) @name)
(signature (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)
  (parametrized_type_expression . (identifier) @name)]))
(signature (typed_expression . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)])))
(signature (where_expression . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)
  (parametrized_type_expression . (identifier) @name)])))
(signature (where_expression . (typed_expression . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)]))))
(assignment . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)
  (parametrized_type_expression . (identifier) @name)]) (operator) @body) @definition.function
(assignment . (where_expression . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)])) (operator) @body) @definition.function
(assignment . (typed_expression . (call_expression . [
  (identifier) @name (operator) @name (field_expression (identifier) @name .)])) (operator) @body) @definition.function
(assignment . (identifier) @name (operator) . [(arrow_function_expression)] @body) @definition.function
(macro_definition (signature (call_expression . (identifier) @name))) @definition.macro
(const_statement (assignment . (identifier) @definition.constant @name))
(source_file (assignment . (identifier) @definition.variable @name))
(module_definition (assignment . (identifier) @definition.variable @name))
(global_statement (assignment . (identifier) @definition.variable @name))
((macrocall_expression (macro_identifier (identifier) @_word) (macro_argument_list . (identifier) @name)) @definition.enum
  (#eq? @_word "enum"))
((macrocall_expression (macro_identifier (identifier) @_word)
  (macro_argument_list . (identifier) (identifier) @definition.member @name))
  (#eq? @_word "enum"))
(function_definition (signature) . (_) @body)
(function_definition "end" @body)
(macro_definition (signature) . (_) @body)
(module_definition name: (identifier) . (_) @body)
(struct_definition (type_head) . (_) @body)
(ERROR) @error
