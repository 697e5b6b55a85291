# Stores of rows.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }

  backend "s3" {
    bucket = "state"
  }
}

variable "region" {
  type        = string
  default     = "eu-central-1"
  description = "Where."
}

locals {
  name = "graph-${var.region}"
  tags = {
    owner = "ops"
  }
}

provider "aws" {
  region = var.region
}

data "aws_ami" "linux" {
  most_recent = true
}

// The store.
resource "aws_instance" "web" {
  for_each      = toset(["a", "b"])
  ami           = data.aws_ami.linux.id
  instance_type = "t3.micro"

  lifecycle {
    create_before_destroy = true
  }

  dynamic "ebs_block_device" {
    for_each = local.tags
    content {
      device_name = ebs_block_device.key
    }
  }
}

resource "aws_s3_bucket" "rows" {
  bucket = local.name
}

module "network" {
  source = "./network"
  cidr   = "10.0.0.0/16"
}

output "address" {
  value = <<-EOT
    ${aws_instance.web["a"].public_ip}
  EOT
}

moved {
  from = aws_instance.old
  to   = aws_instance.web
}

replicas = 3
