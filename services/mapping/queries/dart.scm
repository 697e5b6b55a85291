(class_definition name: (identifier) @name) @definition.class
(class_definition (mixin_application_class . (identifier) @name)) @definition.class
(mixin_declaration (identifier) @name) @definition.trait
(enum_declaration name: (identifier) @name) @definition.enum
(enum_constant name: (identifier) @definition.member @name)
(extension_declaration name: (identifier) @name) @definition.class
(extension_type_declaration name: (identifier) @name) @definition.class
(type_alias (type_identifier) @name) @definition.type
(program (function_signature name: (identifier) @name) @definition.function)
(program (getter_signature name: (identifier) @name) @definition.property)
(program (setter_signature name: (identifier) @name) @definition.property)
(method_signature (function_signature name: (identifier) @name)) @definition.method
(method_signature (getter_signature name: (identifier) @name)) @definition.property
(method_signature (setter_signature name: (identifier) @name)) @definition.property
(method_signature (operator_signature "operator" . _ @name)) @definition.method
(method_signature (constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(method_signature (factory_constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(declaration (function_signature name: (identifier) @name)) @definition.method
(declaration (getter_signature name: (identifier) @name)) @definition.property
(declaration (setter_signature name: (identifier) @name)) @definition.property
(declaration (operator_signature "operator" . _ @name)) @definition.method
(declaration (constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(declaration (constant_constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(declaration (redirecting_factory_constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(declaration (factory_constructor_signature (identifier) @name . (formal_parameter_list))) @definition.constructor
(local_function_declaration (lambda_expression parameters: (function_signature name: (identifier) @name))) @definition.function
(program (static_final_declaration_list (static_final_declaration . (identifier) @definition.variable @name)))
(program
  (const_builtin) . (type_identifier)? . (type_arguments)?
  . (static_final_declaration_list (static_final_declaration . (identifier) @definition.constant @name)))
(program (initialized_identifier_list (initialized_identifier . (identifier) @definition.variable @name)))
(declaration (static_final_declaration_list (static_final_declaration . (identifier) @definition.otherwise_field @name)))
(declaration
  (const_builtin)
  (static_final_declaration_list (static_final_declaration . (identifier) @definition.constant @name)))
(declaration (initialized_identifier_list (initialized_identifier . (identifier) @definition.field @name)))
(declaration (identifier_list (identifier) @definition.field @name))
(function_body) @tail
(class_body) @body
(enum_body) @body
(extension_body) @body
(initializers) @body
(function_body) @body
(ERROR) @error
